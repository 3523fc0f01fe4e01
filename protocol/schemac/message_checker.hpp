#pragma once

#include "protocol/schemac/model.hpp"

namespace barnabas::schemac {

/// The part of `check` that concerns one message, whose versions have an end.
void check_message(Message& message, const Schema& schema, Diagnostics& diagnostics);

}  // namespace barnabas::schemac
