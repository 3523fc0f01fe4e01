#pragma once

#include "protocol/wire/record_segments.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error_code.hpp>
#include <barnabas/uuid.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::wire {

/// Writes messages as one line for people: HeartbeatRequest{group_id="g", generation_id=3}.
/// Text is quoted and escaped; bytes and records show their size only.
/// Thread-safety: none.
class Printer {
 public:
  Printer(std::string& out, std::string_view message_name) : out_(out) { out_ += message_name; }

  void begin_struct();
  void end_struct();
  void begin_array(std::string_view name);
  void next_element();
  void end_array();

  /// "name=", after a comma where one is due; a value must follow.
  void name(std::string_view name);
  void null(std::string_view name);
  void hidden(std::string_view name);
  template <class Value>
  void field(std::string_view field_name, const Value& value) {
    name(field_name);
    print(value);
  }

 private:
  void print(bool value);
  void print(std::int64_t value);
  void print(double value);
  void print(std::string_view value);
  void print(BytesView value);
  void print(const RecordSegments& value);
  void print(const Uuid& value);
  void print(ErrorCode value);
  template <std::integral Integer>
  void print(Integer value) {
    print(static_cast<std::int64_t>(value));
  }
  template <class Value>
  void print(const std::optional<Value>& value) {
    if (value) {
      print(*value);
    } else {
      out_ += "null";
    }
  }
  template <class Value>
  void print(const std::vector<Value>& values) {
    out_ += '[';
    const char* separator = "";
    for (const Value& value : values) {
      out_ += separator;
      print(value);
      separator = ", ";
    }
    out_ += ']';
  }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace barnabas::wire
