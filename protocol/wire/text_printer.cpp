#include "protocol/wire/text_printer.hpp"

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

void TextPrinter::new_line() {
  if (form_ == Form::line) return;
  out_ += '\n';
  out_.append(2 * depth_, ' ');
}

void TextPrinter::separate() {
  if (form_ == Form::lines) {
    new_line();
  } else if (comma_) {
    out_ += ", ";
  }
}

void TextPrinter::begin_struct() {
  out_ += '{';
  ++depth_;
  comma_ = false;
}

void TextPrinter::end_struct() {
  --depth_;
  if (comma_) new_line();
  out_ += '}';
  comma_ = true;
}

void TextPrinter::begin_array(std::string_view array_name) {
  name(array_name);
  out_ += '[';
  ++depth_;
  comma_ = false;
}

void TextPrinter::next_element() { separate(); }

void TextPrinter::end_array() {
  --depth_;
  if (comma_) new_line();
  out_ += ']';
  comma_ = true;
}

void TextPrinter::name(std::string_view field_name) {
  separate();
  out_ += field_name;
  out_ += '=';
  comma_ = true;
}

void TextPrinter::print_integer(std::int64_t value) { append_number(out_, value); }

void TextPrinter::print_float(double value) { append_number(out_, value); }

void TextPrinter::print_string(std::string_view value) {
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

void TextPrinter::print_bytes(BytesView value) {
  append_number(out_, value.size());
  out_ += " bytes";
}

void TextPrinter::print_records(const RecordSegments& value) {
  if (value.is_null()) return print_null();
  append_number(out_, value.size());
  out_ += " bytes";
}

void TextPrinter::print_uuid(const Uuid& value) { out_ += value.to_string(); }

void TextPrinter::print_error(ErrorCode value) {
  out_ += barnabas::name(value);
  out_ += '(';
  append_number(out_, static_cast<std::int16_t>(value));
  out_ += ')';
}

void TextPrinter::begin_values() {
  out_ += '[';
  comma_ = false;
}

void TextPrinter::next_value() {
  if (comma_) out_ += ", ";
  comma_ = true;
}

void TextPrinter::end_values() {
  out_ += ']';
  comma_ = true;
}

}  // namespace barnabas::wire
