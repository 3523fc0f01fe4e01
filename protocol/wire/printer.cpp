#include "protocol/wire/printer.hpp"

#include <array>
#include <charconv>

namespace barnabas::wire {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 32> text;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), result.ptr);
}

}  // namespace

void Printer::begin_struct() {
  out_ += '{';
  comma_ = false;
}

void Printer::end_struct() {
  out_ += '}';
  comma_ = true;
}

void Printer::begin_array(std::string_view array_name) {
  name(array_name);
  out_ += '[';
  comma_ = false;
}

void Printer::next_element() {
  if (comma_) out_ += ", ";
}

void Printer::end_array() {
  out_ += ']';
  comma_ = true;
}

void Printer::name(std::string_view field_name) {
  if (comma_) out_ += ", ";
  out_ += field_name;
  out_ += '=';
  comma_ = true;
}

void Printer::null(std::string_view field_name) {
  name(field_name);
  out_ += "null";
}

void Printer::hidden(std::string_view field_name) {
  name(field_name);
  out_ += "(hidden)";
}

void Printer::print(bool value) { out_ += value ? "true" : "false"; }

void Printer::print(std::int64_t value) { append_number(out_, value); }

void Printer::print(double value) { append_number(out_, value); }

void Printer::print(std::string_view value) {
  out_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out_ += "\\x";
      out_ += hex_digits[byte >> 4];
      out_ += hex_digits[byte & 0xF];
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

void Printer::print(BytesView value) {
  append_number(out_, value.size());
  out_ += " bytes";
}

void Printer::print(const RecordSegments& value) {
  if (value.is_null()) {
    out_ += "null";
    return;
  }
  append_number(out_, value.size());
  out_ += " bytes";
}

void Printer::print(const Uuid& value) { out_ += value.to_string(); }

void Printer::print(ErrorCode value) {
  out_ += barnabas::name(value);
  out_ += '(';
  append_number(out_, static_cast<std::int16_t>(value));
  out_ += ')';
}

}  // namespace barnabas::wire
