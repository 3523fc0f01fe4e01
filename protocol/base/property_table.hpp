#pragma once

#include "protocol/base/nearest_name.hpp"
#include "protocol/base/property_value.hpp"

#include <barnabas/result.hpp>

#include <chrono>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Configuration by property name, for any struct of plain fields: each property is one row that
// binds a name to a field with its range and a sentence of documentation. The struct's own
// initialisers are the defaults.
//
//   const PropertyTable<Settings> table{
//       {"linger.ms", &Settings::linger, {0, 900'000}, "How long a batch waits for more records."},
//       {"acks", &Settings::acks, {{"0", Acks::none}, {"all", Acks::all}, {"-1", Acks::all}},
//       "..."},
//   };

namespace barnabas {

/// The form of a property's value; the names follow Kafka's configuration types.
enum class PropertyType : std::uint8_t { boolean, integer, real, text, list, choice };

template <class Config>
class Property {
  template <class>
  friend class Property;

 public:
  using Parse = std::function<Result<void>(Config&, std::string_view)>;
  using Print = std::function<std::string(const Config&)>;

  /// A whole number. The field's own width bounds the range further.
  template <class Field>
  requires(std::integral<Field> && !std::same_as<Field, bool>)
      Property(std::string_view name, Field Config::*field, IntegerRange range,
               std::string_view doc)
      : Property(
            name, PropertyType::integer, doc,
            [field, range = fit<Field>(range)](Config& config, std::string_view text) {
              return store(parse_integer(text, range), config.*field);
            },
            [field](const Config& config) { return std::to_string(config.*field); }) {}
  /// A length of time, written as a whole number of `Unit`s; `range` counts the same units. What
  /// the field cannot hold becomes the longest time that it can.
  template <class Rep, class Period, class Unit = std::chrono::milliseconds>
  Property(std::string_view name, std::chrono::duration<Rep, Period> Config::*field,
           IntegerRange range, std::string_view doc, Unit = Unit(1))
      : Property(
            name, PropertyType::integer, doc,
            [field, range](Config& config, std::string_view text) -> Result<void> {
              const Result<std::int64_t> count = parse_integer(text, range);
              if (!count) return count.error();
              config.*field = to_duration<std::chrono::duration<Rep, Period>, Unit>(*count);
              return {};
            },
            [field](const Config& config) {
              return std::to_string(std::chrono::duration_cast<Unit>(config.*field).count());
            }) {}
  Property(std::string_view name, bool Config::*field, std::string_view doc)
      : Property(
            name, PropertyType::boolean, doc,
            [field](Config& config, std::string_view text) {
              return store(parse_boolean(text), config.*field);
            },
            [field](const Config& config) -> std::string {
              return config.*field ? "true" : "false";
            }) {}
  Property(std::string_view name, double Config::*field, std::pair<double, double> range,
           std::string_view doc)
      : Property(
            name, PropertyType::real, doc,
            [field, range](Config& config, std::string_view text) {
              return store(parse_real(text, range.first, range.second), config.*field);
            },
            [field](const Config& config) { return print_real(config.*field); }) {}
  Property(std::string_view name, std::string Config::*field, std::string_view doc)
      : Property(
            name, PropertyType::text, doc,
            [field](Config& config, std::string_view text) -> Result<void> {
              config.*field = text;
              return {};
            },
            [field](const Config& config) { return config.*field; }) {}
  Property(std::string_view name, std::vector<std::string> Config::*field, std::string_view doc)
      : Property(
            name, PropertyType::list, doc,
            [field](Config& config, std::string_view text) -> Result<void> {
              config.*field = parse_list(text);
              return {};
            },
            [field](const Config& config) { return print_list(config.*field); }) {}
  /// One of several words. The first word of a value is the one that is printed.
  template <class Field>
  Property(std::string_view name, Field Config::*field,
           std::initializer_list<std::pair<std::string_view, Field>> words, std::string_view doc)
      : Property(name, PropertyType::choice, doc, parse_word<Field>(field, words),
                 print_word<Field>(field, words)) {}
  /// Any other form. Errors of `parse` should be invalid_property without the property's name.
  Property(std::string_view name, PropertyType type, std::string_view doc, Parse parse, Print print)
      : name_(name), doc_(doc), type_(type), parse_(std::move(parse)), print_(std::move(print)) {}

  /// Another spelling that means the same.
  Property alias(std::string_view other) && {
    aliases_.push_back(other);
    return std::move(*this);
  }
  /// The value must never appear in output.
  Property secret() && {
    secret_ = true;
    return std::move(*this);
  }

  /// The same property under another name.
  Property called(std::string_view name) const {
    Property copy = *this;
    copy.name_ = name;
    return copy;
  }
  /// The same property of a struct that has this one's struct as its member.
  template <class Outer>
  Property<Outer> of(Config Outer::*member) const {
    Property<Outer> outer(
        name_, type_, doc_,
        [parse = parse_, member](Outer& config, std::string_view text) {
          return parse(config.*member, text);
        },
        [print = print_, member](const Outer& config) { return print(config.*member); });
    outer.aliases_ = aliases_;
    outer.secret_ = secret_;
    return outer;
  }

  std::string_view name() const noexcept { return name_; }
  std::string_view doc() const noexcept { return doc_; }
  PropertyType type() const noexcept { return type_; }
  bool is_secret() const noexcept { return secret_; }
  std::span<const std::string_view> aliases() const noexcept { return aliases_; }
  bool is_called(std::string_view name) const noexcept {
    if (name == name_) return true;
    for (const std::string_view alias : aliases_) {
      if (name == alias) return true;
    }
    return false;
  }

  /// Errors: invalid_property, naming the property and what is expected; `config` is unchanged.
  Result<void> set(Config& config, std::string_view text) const {
    Result<void> stored = parse_(config, text);
    if (stored) return {};
    if (secret_) return Error(ErrorCode::invalid_property, std::string(name_) + ": not valid");
    return stored.error().within(name_);
  }
  /// The value in its text form; secrets come out as "[hidden]".
  std::string get(const Config& config) const { return secret_ ? "[hidden]" : print_(config); }

 private:
  template <class Field>
  static IntegerRange fit(IntegerRange range) {
    if constexpr (sizeof(Field) < sizeof(std::int64_t)) {
      range.min = std::max<std::int64_t>(range.min, std::numeric_limits<Field>::min());
      range.max = std::min<std::int64_t>(range.max, std::numeric_limits<Field>::max());
    } else if constexpr (std::unsigned_integral<Field>) {
      range.min = std::max<std::int64_t>(range.min, 0);
    }
    return range;
  }
  template <class Field, class Unit>
  static Field to_duration(std::int64_t count) {
    using Longest = std::chrono::duration<double>;
    if (std::chrono::duration_cast<Longest>(std::chrono::duration<double, typename Unit::period>(
            static_cast<double>(count))) >= std::chrono::duration_cast<Longest>(Field::max())) {
      return Field::max();
    }
    return std::chrono::duration_cast<Field>(Unit(count));
  }
  template <class Parsed, class Field>
  static Result<void> store(const Result<Parsed>& parsed, Field& field) {
    if (!parsed) return parsed.error();
    field = static_cast<Field>(*parsed);
    return {};
  }

  template <class Field>
  static Parse parse_word(Field Config::*field,
                          std::vector<std::pair<std::string_view, Field>> words) {
    return
        [field, words = std::move(words)](Config& config, std::string_view text) -> Result<void> {
          std::string expected;
          for (const auto& [word, value] : words) {
            if (trim(text) == word) {
              config.*field = value;
              return {};
            }
            expected += (expected.empty() ? "" : ", ") + std::string(word);
          }
          return Error(ErrorCode::invalid_property,
                       "\"" + std::string(text) + "\" is not valid: expected one of " + expected);
        };
  }
  template <class Field>
  static Print print_word(Field Config::*field,
                          std::vector<std::pair<std::string_view, Field>> words) {
    return [field, words = std::move(words)](const Config& config) {
      for (const auto& [word, value] : words) {
        if (config.*field == value) return std::string(word);
      }
      return std::string();
    };
  }

  std::string_view name_;
  std::string_view doc_;
  PropertyType type_;
  bool secret_ = false;
  std::vector<std::string_view> aliases_;
  Parse parse_;
  Print print_;
};

/// All properties of one kind of configuration. Made once, immutable, safe to share.
template <class Config>
class PropertyTable {
 public:
  PropertyTable(std::initializer_list<Property<Config>> properties) : properties_(properties) {}
  explicit PropertyTable(std::vector<Property<Config>> properties)
      : properties_(std::move(properties)) {}

  std::span<const Property<Config>> properties() const noexcept { return properties_; }
  /// By name or alias; nullptr when there is none.
  const Property<Config>* find(std::string_view name) const noexcept {
    for (const Property<Config>& property : properties_) {
      if (property.is_called(name)) return &property;
    }
    return nullptr;
  }

  /// Errors: unknown_property, naming the nearest key; invalid_property, naming key and range.
  Result<void> set(Config& config, std::string_view name, std::string_view text) const {
    const Property<Config>* property = find(trim(name));
    return property ? property->set(config, text) : Result<void>(unknown(name));
  }
  Result<std::string> get(const Config& config, std::string_view name) const {
    const Property<Config>* property = find(name);
    if (!property) return unknown(name);
    return property->get(config);
  }
  Error unknown(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Property<Config>& property : properties_) {
      names.push_back(property.name());
      names.insert(names.end(), property.aliases().begin(), property.aliases().end());
    }
    return {ErrorCode::unknown_property,
            "\"" + std::string(name) + "\" is not a property" + did_you_mean(name, names)};
  }

 private:
  std::vector<Property<Config>> properties_;
};

}  // namespace barnabas
