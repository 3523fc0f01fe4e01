#include "protocol/schemac/field_parser.hpp"

#include <limits>

namespace barnabas::schemac {

namespace {

Type parse_type(Cursor& in) {
  Type type;
  type.array = in.accept("[]");
  type.where = in.where();
  type.name = in.name("a type");
  return type;
}

void parse_nullability(Cursor& in, Field& field) {
  field.nullable_mark = in.accept("?");
  if (!field.nullable_mark || !in.accept("(")) return;
  field.nullable_in = in.versions();
  in.expect(")");
}

Default parse_default(Cursor& in) {
  Default value;
  value.where = in.where();
  if (in.peek() != nullptr && in.peek()->is("null")) {
    in.error("null is not written as a default",
             "a type with \"?\" starts as null when null is legal in all versions of the field");
  } else if (in.accept("true")) {
    value.kind = Default::Kind::boolean;
    value.number = 1;
  } else if (in.accept("false")) {
    value.kind = Default::Kind::boolean;
  } else if (in.accept("[]") || in.accept_empty_text()) {
    value.kind = Default::Kind::empty;
  } else if (in.accept("{}")) {
    value.kind = Default::Kind::present;
  } else {
    value.number = in.number("a default: a number, true, false, \"\", [] or {}",
                             std::numeric_limits<std::int64_t>::min(),
                             std::numeric_limits<std::int64_t>::max());
  }
  return value;
}

void parse_attribute(Cursor& in, Field& field) {
  if (in.accept("=")) {
    if (field.default_value) in.error("a second default");
    field.default_value = parse_default(in);
  } else if (in.accept("tag")) {
    if (field.tag) in.error("a second tag");
    field.tag =
        static_cast<std::uint32_t>(in.number("a tag", 0, std::numeric_limits<std::int16_t>::max()));
  } else if (in.accept("ignorable")) {
    field.ignorable = true;
  } else if (in.accept("secret")) {
    field.secret = true;
  } else if (in.accept("plain")) {
    field.plain = true;
  } else {
    in.finish({"tag", "ignorable", "secret", "plain"});
  }
}

}  // namespace

Field parse_field(Cursor& in) {
  Field field;
  field.where = in.where();
  field.name = in.name("a field's name");
  field.type = parse_type(in);
  parse_nullability(in, field);
  if (in.at_number()) field.written_versions = in.versions();
  while (!in.at_end()) parse_attribute(in, field);
  return field;
}

}  // namespace barnabas::schemac
