#include "protocol/schemac/cpp_types.hpp"

#include "protocol/schemac/names.hpp"
#include "protocol/schemac/primitives.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace barnabas::schemac {

std::string element_type(const Type& type, const std::string& qualifier) {
  if (type.structure != nullptr) return qualifier + type.structure->name;
  if (!type.enumeration.empty()) return type.enumeration;
  return std::string(info(type.primitive).cpp);
}

bool is_array_of_numbers(const Type& type) {
  return info(type.primitive).integer && type.enumeration.empty();
}

std::string member_type(const Field& field) {
  std::string type = element_type(field.type);
  if (field.type.array) type = "std::vector<" + type + ">";
  const bool has_null_of_its_own = field.type.primitive == Primitive::records;
  if (field.nullable_ever() && !has_null_of_its_own) type = "std::optional<" + type + ">";
  return type;
}

std::string member_initializer(const Field& field) {
  const Type& type = field.type;
  if (field.nullable_ever() && type.primitive != Primitive::records) {
    const bool null = field.nullable_always() && !field.default_value;
    if (null) return "{}";
    return " = " + (type.array ? "std::vector<" + element_type(type) + ">()"
                               : std::string(element_type(type)) + "()");
  }
  if (type.array || !field.default_value) {
    if (!type.array && info(type.primitive).integer && type.enumeration.empty()) return " = 0";
    if (!type.array && type.primitive == Primitive::boolean) return " = false";
    return "{}";
  }
  const Default& value = *field.default_value;
  if (value.kind == Default::Kind::boolean) return value.number != 0 ? " = true" : " = false";
  std::string number = std::to_string(value.number);
  if (value.number == std::numeric_limits<std::int64_t>::min()) {
    number = "std::numeric_limits<std::int64_t>::min()";
  }
  if (!type.enumeration.empty()) number = "static_cast<" + type.enumeration + ">(" + number + ")";
  return " = " + number;
}

std::string differs_from_default(const Field& field, const std::string& object,
                                 const std::string& qualifier) {
  const Type& type = field.type;
  if (type.primitive == Primitive::records) return "!" + object + ".is_null()";
  if (field.nullable_ever()) {
    if (field.nullable_always() && !field.default_value) return object + ".has_value()";
    const bool is_struct = type.structure != nullptr && !type.array;
    return "!(" + object + " && " +
           (is_struct ? "*" + object + " == " + element_type(type, qualifier) + "()"
                      : object + "->empty()") +
           ")";
  }
  if (type.array) return "!" + object + ".empty()";
  switch (type.primitive) {
    case Primitive::structure:
      return "!(" + object + " == " + element_type(type, qualifier) + "())";
    case Primitive::uuid:
      return "!" + object + ".is_zero()";
    case Primitive::string:
    case Primitive::bytes:
      return "!" + object + ".empty()";
    case Primitive::boolean:
      return (field.default_value ? "!" : "") + object;
    case Primitive::float64:
      return object + " != 0.0";
    case Primitive::int8:
    case Primitive::int16:
    case Primitive::uint16:
    case Primitive::int32:
    case Primitive::uint32:
    case Primitive::int64:
    case Primitive::records:
      break;
  }
  const std::string initial = member_initializer(field);
  if (initial == "{}") return object + " != " + type.enumeration + "{}";
  return object + " != " + initial.substr(3);
}

std::string enumeration_header(const std::string& enumeration) {
  return "barnabas/" + snake_case(enumeration) + ".hpp";
}

std::string version_condition(const Versions& versions, const Versions& around) {
  std::string condition;
  if (versions.first == versions.last && versions.first > around.first &&
      versions.last < around.last) {
    return "version == " + std::to_string(versions.first);
  }
  if (versions.first > around.first) condition = "version >= " + std::to_string(versions.first);
  if (versions.last < around.last) {
    if (!condition.empty()) condition += " && ";
    condition += "version <= " + std::to_string(versions.last);
  }
  return condition;
}

std::string version_test(const Versions& versions, const Versions& around) {
  const std::string condition = version_condition(versions, around);
  return condition.empty() ? "true" : condition;
}

std::string flexible_expression(const Message& message, const Versions& versions) {
  if (versions.first >= message.first_flexible) return "true";
  return versions.last < message.first_flexible ? "false" : "flexible";
}

namespace {

std::size_t min_struct_size(const Struct& structure, const Message& message, int version);

std::size_t min_field_size(const Field& field, const Message& message, int version) {
  const bool flexible = version >= message.first_flexible && !field.plain;
  if (field.type.array) return flexible ? 1 : 4;
  const PrimitiveInfo& type = info(field.type.primitive);
  if (type.fixed_size != 0) return type.fixed_size;
  if (field.type.structure == nullptr) {
    return flexible ? 1 : type.primitive == Primitive::string ? 2 : 4;
  }
  if (field.nullable_mark && field.nullable.contains(version)) return 1;
  return min_struct_size(*field.type.structure, message, version);
}

std::size_t min_struct_size(const Struct& structure, const Message& message, int version) {
  std::size_t size = version >= message.first_flexible ? 1 : 0;
  for (const Field& field : structure.fields) {
    if (!field.tag && field.versions.contains(version)) {
      size += min_field_size(field, message, version);
    }
  }
  return size;
}

}  // namespace

std::size_t min_encoded_size(const Type& type, const Message& message, const Versions& versions) {
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (int version = versions.first; version <= versions.last; ++version) {
    Field element;
    element.type = type;
    element.type.array = false;
    least = std::min(least, min_field_size(element, message, version));
  }
  return std::max<std::size_t>(least, 1);
}

}  // namespace barnabas::schemac
