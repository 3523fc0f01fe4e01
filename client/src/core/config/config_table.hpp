#pragma once

#include "client/src/core/config/client_properties.hpp"
#include "client/src/core/config/foreign_property.hpp"
#include "protocol/base/property_table.hpp"

#include <barnabas/client_config.hpp>
#include <barnabas/result.hpp>

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::client {

/// Everything that one kind of client can be configured with by name: its own properties, those of
/// every client, and the foreign ones it has an answer for.
///
///   const ConfigTable<ProducerSettings>& producer_table() {
///     static const ConfigTable<ProducerSettings> table(&ProducerSettings::client, {
///         {"linger.ms", &ProducerSettings::linger, {0, 900'000}, "..."}, ...
///     }, foreign_producer_properties);
///     return table;
///   }
///
/// Immutable; may be shared between threads.
template <class Settings>
class ConfigTable {
 public:
  /// `foreign`: answers of this kind of client; `others`: what belongs to other kinds of clients.
  ConfigTable(ClientSettings Settings::*client, std::initializer_list<Property<Settings>> own,
              std::span<const ForeignProperty> foreign = {},
              std::initializer_list<std::span<const ForeignProperty>> others = {})
      : client_(client), table_(join(client, own)), foreign_{foreign, foreign_client_properties()} {
    foreign_.insert(foreign_.end(), others.begin(), others.end());
  }

  /// Sets one property. Errors: unknown_property, naming the nearest key or what to do instead;
  /// invalid_property, naming the range. `settings` is unchanged then.
  Result<void> set(Settings& settings, std::string_view name, std::string_view value) const {
    const std::string_view key = trim(name);
    if (table_.find(key) != nullptr) return table_.set(settings, key, value);
    const ForeignProperty* foreign = find_foreign(key);
    if (foreign == nullptr) return table_.unknown(key);
    std::string text = std::string(key) + ": " + std::string(foreign->advice);
    if (foreign->kind == ForeignProperty::Kind::refused) {
      return Error(ErrorCode::unknown_property, std::move(text));
    }
    (settings.*client_).notes.push_back(std::move(text));
    return {};
  }

  /// Sets all, in order; the first error ends it.
  Result<void> set_all(Settings& settings, const Properties& properties) const {
    for (const auto& [name, value] : properties) {
      if (Result<void> stored = set(settings, name, value); !stored) return stored.error();
    }
    return {};
  }

  /// Every property with its present value, in the table's order, secrets as "[hidden]".
  Properties print(const Settings& settings) const {
    Properties printed;
    for (const Property<Settings>& property : table_.properties()) {
      printed.emplace_back(property.name(), property.get(settings));
    }
    return printed;
  }

  /// Whether every value lies in its range, however it was set; the first that does not is named.
  Result<void> validate(const Settings& settings) const {
    Settings scratch = settings;
    for (const Property<Settings>& property : table_.properties()) {
      if (property.is_secret()) continue;
      Result<void> valid = property.set(scratch, property.get(settings));
      if (!valid) return valid.error();
    }
    return {};
  }

  std::span<const Property<Settings>> properties() const noexcept { return table_.properties(); }

 private:
  static std::vector<Property<Settings>> join(ClientSettings Settings::*client,
                                              std::initializer_list<Property<Settings>> own) {
    std::vector<Property<Settings>> all;
    for (const Property<ClientSettings>& property : client_properties()) {
      all.push_back(property.of(client));
    }
    all.insert(all.end(), own.begin(), own.end());
    return all;
  }
  const ForeignProperty* find_foreign(std::string_view name) const {
    for (const auto& list : foreign_) {
      for (const ForeignProperty& foreign : list) {
        if (foreign.matches(name)) return &foreign;
      }
    }
    return nullptr;
  }

  ClientSettings Settings::*client_;
  PropertyTable<Settings> table_;
  std::vector<std::span<const ForeignProperty>> foreign_;  // the first answer counts
};

}  // namespace barnabas::client
