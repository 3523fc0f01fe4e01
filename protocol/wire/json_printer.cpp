#include "protocol/wire/json_printer.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace barnabas::wire {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> text;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), result.ptr);
}

void append_hex(std::string& out, unsigned value) {
  out += hex_digits[value >> 4];
  out += hex_digits[value & 0xF];
}

void append_hex(std::string& out, BytesView bytes) {
  for (const std::byte byte : bytes) append_hex(out, std::to_integer<unsigned>(byte));
}

}  // namespace

void JsonPrinter::begin_struct() {
  out_ += '{';
  comma_ = false;
}

void JsonPrinter::end_struct() {
  out_ += '}';
  comma_ = true;
}

void JsonPrinter::begin_array(std::string_view array_name) {
  name(array_name);
  begin_values();
}

void JsonPrinter::next_element() {
  if (comma_) out_ += ',';
  comma_ = true;
}

void JsonPrinter::end_array() {
  out_ += ']';
  comma_ = true;
}

void JsonPrinter::name(std::string_view field_name) {
  next_element();
  out_ += '"';
  out_ += field_name;
  out_ += "\":";
}

void JsonPrinter::print_integer(std::int64_t value) { append_number(out_, value); }

void JsonPrinter::print_float(double value) {
  const bool finite = std::isfinite(value);
  if (!finite) out_ += '"';
  append_number(out_, value);
  if (!finite) out_ += '"';
}

void JsonPrinter::print_string(std::string_view value) {
  out_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (byte < 0x20) {
      out_ += "\\u00";
      append_hex(out_, byte);
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

void JsonPrinter::print_bytes(BytesView value) {
  out_ += '"';
  append_hex(out_, value);
  out_ += '"';
}

void JsonPrinter::print_records(const RecordSegments& value) {
  if (value.is_null()) return print_null();
  out_ += '"';
  for (const BytesView& segment : value.segments()) append_hex(out_, segment);
  out_ += '"';
}

void JsonPrinter::print_uuid(const Uuid& value) { print_string(value.to_string()); }

void JsonPrinter::print_error(ErrorCode value) { print_integer(static_cast<std::int16_t>(value)); }

void JsonPrinter::begin_values() {
  out_ += '[';
  comma_ = false;
}

}  // namespace barnabas::wire
