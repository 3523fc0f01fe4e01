#pragma once

#include <barnabas/result.hpp>

#include <string_view>

namespace barnabas {

/// Checks a name as Kafka does: 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', and
/// neither "." nor "..". Errors: invalid_topic_exception, saying which rule is broken.
Result<void> validate_topic_name(std::string_view name);

}  // namespace barnabas
