#pragma once

#include "protocol/base/topic_name.hpp"

#include <string_view>

namespace barnabas::broker {

using barnabas::validate_topic_name;

/// Whether two names collide in metrics, where Kafka writes '.' as '_'.
bool topic_names_collide(std::string_view a, std::string_view b) noexcept;

/// Whether the topic belongs to the broker: clients may read it, not write it.
bool is_internal_topic(std::string_view name) noexcept;

/// Where groups keep their state.
inline constexpr std::string_view offsets_topic = "__consumer_offsets";

}  // namespace barnabas::broker
