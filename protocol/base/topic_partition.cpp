#include <barnabas/topic_partition.hpp>

#include <ostream>

namespace barnabas {

std::string to_string(const TopicPartition& partition) {
  return partition.topic + "[" + std::to_string(partition.partition) + "]";
}

std::ostream& operator<<(std::ostream& out, const TopicPartition& partition) {
  return out << to_string(partition);
}

}  // namespace barnabas
