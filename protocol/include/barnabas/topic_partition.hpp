#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace barnabas {

/// One partition of one topic.
struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;

  TopicPartition() = default;
  TopicPartition(std::string topic_name, std::int32_t partition_index)
      : topic(std::move(topic_name)), partition(partition_index) {}

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
  friend bool operator==(const TopicPartition&, const TopicPartition&) = default;
};

/// "orders[3]".
std::string to_string(const TopicPartition& partition);
std::ostream& operator<<(std::ostream& out, const TopicPartition& partition);

}  // namespace barnabas

template <>
struct std::hash<barnabas::TopicPartition> {
  std::size_t operator()(const barnabas::TopicPartition& value) const noexcept {
    return std::hash<std::string>{}(value.topic) * 31 + static_cast<std::size_t>(value.partition);
  }
};
