#pragma once

#include "protocol/schemac/cursor.hpp"
#include "protocol/schemac/model.hpp"

namespace barnabas::schemac {

/// Parses "name type versions = default tag N ignorable secret plain". Of the result only what the
/// line says is set.
Field parse_field(Cursor& in);

}  // namespace barnabas::schemac
