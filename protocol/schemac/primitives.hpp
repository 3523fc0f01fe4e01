#pragma once

#include "protocol/schemac/model.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace barnabas::schemac {

/// What the compiler knows about a primitive type of the language.
struct PrimitiveInfo {
  Primitive primitive;
  std::string_view name;      // In schemas.
  std::string_view function;  // Of wire::Reader and wire::Writer.
  std::string_view cpp;       // The C++ type of a member.
  std::size_t fixed_size;     // On the wire; 0 when it varies.
  bool integer;               // May have a numeric default and stand for an enumeration.
};

const PrimitiveInfo& info(Primitive primitive);
std::optional<Primitive> find_primitive(std::string_view name);
/// Without `structure`.
std::vector<std::string_view> primitive_names();

}  // namespace barnabas::schemac
