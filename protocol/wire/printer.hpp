#pragma once

#include "protocol/wire/record_segments.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error_code.hpp>
#include <barnabas/uuid.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace barnabas::wire {

/// What a message tells about itself, field by field, in the order of its schema; a form of output
/// derives from it. See TextPrinter and JsonPrinter.
/// Thread-safety: none.
class Printer {
 public:
  Printer() = default;
  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;
  virtual ~Printer() = default;

  /// Before the struct of a whole message.
  virtual void begin_message(std::string_view message_name) = 0;
  virtual void begin_struct() = 0;
  virtual void end_struct() = 0;
  /// A field that holds structs; `next_element` goes before each of them.
  virtual void begin_array(std::string_view name) = 0;
  virtual void next_element() = 0;
  virtual void end_array() = 0;
  /// A field's name; its value follows.
  virtual void name(std::string_view name) = 0;

  void null(std::string_view field_name) {
    name(field_name);
    print_null();
  }
  template <class Value>
  void field(std::string_view field_name, const Value& value) {
    name(field_name);
    print(value);
  }
  /// A field whose value is shown only by forms that are meant for programs.
  template <class Value>
  void secret(std::string_view field_name, const Value& value) {
    name(field_name);
    if (shows_secrets()) {
      print(value);
    } else {
      print_hidden();
    }
  }

 private:
  virtual bool shows_secrets() const { return false; }
  virtual void print_null() = 0;
  virtual void print_hidden() = 0;
  virtual void print_bool(bool value) = 0;
  virtual void print_integer(std::int64_t value) = 0;
  virtual void print_float(double value) = 0;
  virtual void print_string(std::string_view value) = 0;
  virtual void print_bytes(BytesView value) = 0;
  virtual void print_records(const RecordSegments& value) = 0;
  virtual void print_uuid(const Uuid& value) = 0;
  virtual void print_error(ErrorCode value) = 0;
  /// Around the values of an array of anything but structs; `next_value` goes before each of them.
  virtual void begin_values() = 0;
  virtual void next_value() = 0;
  virtual void end_values() = 0;

  void print(bool value) { print_bool(value); }
  void print(double value) { print_float(value); }
  void print(std::string_view value) { print_string(value); }
  void print(BytesView value) { print_bytes(value); }
  void print(const RecordSegments& value) { print_records(value); }
  void print(const Uuid& value) { print_uuid(value); }
  void print(ErrorCode value) { print_error(value); }
  template <std::integral Integer>
  void print(Integer value) {
    print_integer(static_cast<std::int64_t>(value));
  }
  template <class Value>
  void print(const std::optional<Value>& value) {
    if (value) {
      print(*value);
    } else {
      print_null();
    }
  }
  template <class Value>
  void print(const std::vector<Value>& values) {
    begin_values();
    for (const Value& value : values) {
      next_value();
      print(value);
    }
    end_values();
  }
};

}  // namespace barnabas::wire
