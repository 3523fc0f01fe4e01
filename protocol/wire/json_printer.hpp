#pragma once

#include "protocol/wire/printer.hpp"

#include <string>

namespace barnabas::wire {

/// Writes messages for programs, as one line of JSON with everything in it: bytes and records in
/// hexadecimal digits, uuids in Kafka's spelling, error codes as numbers, floats that JSON does not
/// have as text. It shows secrets. Text that is not UTF-8 is passed on as it is.
/// Thread-safety: none.
class JsonPrinter final : public Printer {
 public:
  /// Appends to `out`, which must outlive the printer.
  explicit JsonPrinter(std::string& out) : out_(out) {}

  void begin_message(std::string_view) override {}
  void begin_struct() override;
  void end_struct() override;
  void begin_array(std::string_view name) override;
  void next_element() override;
  void end_array() override;
  void name(std::string_view name) override;

 private:
  bool shows_secrets() const override { return true; }
  void print_null() override { out_ += "null"; }
  void print_hidden() override { print_null(); }
  void print_bool(bool value) override { out_ += value ? "true" : "false"; }
  void print_integer(std::int64_t value) override;
  void print_float(double value) override;
  void print_string(std::string_view value) override;
  void print_bytes(BytesView value) override;
  void print_records(const RecordSegments& value) override;
  void print_uuid(const Uuid& value) override;
  void print_error(ErrorCode value) override;
  void begin_values() override;
  void next_value() override { next_element(); }
  void end_values() override { end_array(); }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace barnabas::wire
