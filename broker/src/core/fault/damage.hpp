#pragma once

#include "broker/src/core/connection/answer.hpp"

#include <barnabas/fault.hpp>

#include <optional>

namespace barnabas::broker {

/// What `verdict` makes of an answer; nothing when it is never to be given.
std::optional<Answer> damage(const Verdict& verdict, Answer answer);

}  // namespace barnabas::broker
