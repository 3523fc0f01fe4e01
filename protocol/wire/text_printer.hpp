#pragma once

#include "protocol/wire/printer.hpp"

#include <string>

namespace barnabas::wire {

/// Writes messages for people: HeartbeatRequest{group_id="g", generation_id=3}. Text is quoted and
/// escaped, bytes and records show their size only, secrets are hidden.
/// Thread-safety: none.
class TextPrinter final : public Printer {
 public:
  enum class Form {
    line,   ///< One line.
    lines,  ///< Each field of a struct on a line of its own, indented.
  };

  /// Appends to `out`, which must outlive the printer.
  explicit TextPrinter(std::string& out, Form form = Form::line) : out_(out), form_(form) {}

  void begin_message(std::string_view message_name) override { out_ += message_name; }
  void begin_struct() override;
  void end_struct() override;
  void begin_array(std::string_view name) override;
  void next_element() override;
  void end_array() override;
  void name(std::string_view name) override;

 private:
  void print_null() override { out_ += "null"; }
  void print_hidden() override { out_ += "(hidden)"; }
  void print_bool(bool value) override { out_ += value ? "true" : "false"; }
  void print_integer(std::int64_t value) override;
  void print_float(double value) override;
  void print_string(std::string_view value) override;
  void print_bytes(BytesView value) override;
  void print_records(const RecordSegments& value) override;
  void print_uuid(const Uuid& value) override;
  void print_error(ErrorCode value) override;
  void begin_values() override;
  void next_value() override;
  void end_values() override;

  /// What stands between things, or behind the last: a comma and a new line, as the form wants it.
  void separate();
  void new_line();

  std::string& out_;
  Form form_;
  bool comma_ = false;     // Something stands before in the same struct or array.
  std::size_t depth_ = 0;  // Of structs and arrays of structs that are open.
};

}  // namespace barnabas::wire
