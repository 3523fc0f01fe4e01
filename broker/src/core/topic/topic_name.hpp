#pragma once

#include <barnabas/result.hpp>

#include <string_view>

namespace barnabas::broker {

/// Checks a name as Kafka does: 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', and
/// neither "." nor "..". Errors: invalid_topic_exception, saying which rule is broken.
Result<void> validate_topic_name(std::string_view name);

/// Whether two names collide in metrics, where Kafka writes '.' as '_'.
bool topic_names_collide(std::string_view a, std::string_view b) noexcept;

/// Whether the topic belongs to the broker: clients may read it, not write it.
bool is_internal_topic(std::string_view name) noexcept;

/// Where groups keep their state.
inline constexpr std::string_view offsets_topic = "__consumer_offsets";

}  // namespace barnabas::broker
