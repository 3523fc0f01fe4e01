#pragma once

#include "broker/src/core/topic/topic_registry.hpp"

#include <barnabas/error_code.hpp>
#include <barnabas/uuid.hpp>

#include <string_view>

namespace barnabas::broker {

/// Requests name topics by id from some version on, and by name before: one of the two is set.
inline const Topic* find_topic(const TopicRegistry& topics, std::string_view name, const Uuid& id) {
  return id.is_zero() ? topics.find(name) : topics.find(id);
}

/// What an unknown topic is answered with. `by_id`: the request's version names topics by id.
inline ErrorCode unknown_topic_error(bool by_id) {
  return by_id ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition;
}

/// The name of a topic for those who only know its id; empty when it is unknown.
inline std::string_view topic_name(const Topic* topic, std::string_view otherwise) {
  return topic ? std::string_view(topic->name) : otherwise;
}

}  // namespace barnabas::broker
