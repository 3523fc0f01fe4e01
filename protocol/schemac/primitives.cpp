#include "protocol/schemac/primitives.hpp"

#include <array>

namespace barnabas::schemac {

namespace {

constexpr std::array<PrimitiveInfo, 13> table = {{
    {Primitive::boolean, "bool", "boolean", "bool", 1, false},
    {Primitive::int8, "int8", "int8", "std::int8_t", 1, true},
    {Primitive::int16, "int16", "int16", "std::int16_t", 2, true},
    {Primitive::uint16, "uint16", "uint16", "std::uint16_t", 2, true},
    {Primitive::int32, "int32", "int32", "std::int32_t", 4, true},
    {Primitive::uint32, "uint32", "uint32", "std::uint32_t", 4, true},
    {Primitive::int64, "int64", "int64", "std::int64_t", 8, true},
    {Primitive::float64, "float64", "float64", "double", 8, false},
    {Primitive::uuid, "uuid", "uuid", "Uuid", 16, false},
    {Primitive::string, "string", "string", "std::string_view", 0, false},
    {Primitive::bytes, "bytes", "bytes", "BytesView", 0, false},
    {Primitive::records, "records", "records", "wire::RecordSegments", 0, false},
    {Primitive::structure, "", "", "", 0, false},
}};

}  // namespace

const PrimitiveInfo& info(Primitive primitive) {
  return table[static_cast<std::size_t>(primitive)];
}

std::optional<Primitive> find_primitive(std::string_view name) {
  for (const PrimitiveInfo& entry : table) {
    if (entry.primitive != Primitive::structure && entry.name == name) return entry.primitive;
  }
  return std::nullopt;
}

std::vector<std::string_view> primitive_names() {
  std::vector<std::string_view> names;
  for (const PrimitiveInfo& entry : table) {
    if (entry.primitive != Primitive::structure) names.push_back(entry.name);
  }
  return names;
}

}  // namespace barnabas::schemac
