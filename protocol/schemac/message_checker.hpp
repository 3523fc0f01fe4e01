#pragma once

#include "protocol/schemac/model.hpp"

namespace barnabas::schemac {

/// The part of `check` that concerns one message.
void check_message(Message& message, const Schema& schema, Diagnostics& diagnostics);

}  // namespace barnabas::schemac
