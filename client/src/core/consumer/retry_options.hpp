#pragma once

#include "protocol/base/time.hpp"

namespace barnabas::client {

/// How failed requests are repeated (retry.backoff.ms, retry.backoff.max.ms).
struct RetryOptions {
  Duration backoff{};
  Duration backoff_max{};
};

}  // namespace barnabas::client
