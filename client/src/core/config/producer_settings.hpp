#pragma once

#include <barnabas/producer_config.hpp>
#include <barnabas/result.hpp>

namespace barnabas::client {

/// The settings as they are in effect: idempotence decided, the compression's level chosen, sizes
/// cut to what fits together. What was changed silently otherwise is in `client.notes`.
/// Errors: invalid_property when settings contradict each other.
Result<ProducerSettings> resolve(ProducerSettings settings);

}  // namespace barnabas::client
