#pragma once

#include "protocol/schemac/model.hpp"

namespace barnabas::schemac {

/// Resolves types and versions, orders structs, and reports whatever cannot be compiled or cannot
/// be meant. `schema` is complete for the emitters when nothing was reported.
void check(Schema& schema, Diagnostics& diagnostics);

}  // namespace barnabas::schemac
