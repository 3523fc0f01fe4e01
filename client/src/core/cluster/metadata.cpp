#include "client/src/core/cluster/metadata.hpp"

namespace barnabas::client {

const TopicMetadata* Metadata::topic(std::string_view name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second;
}

const TopicMetadata* Metadata::topic(const Uuid& id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? nullptr : topic(found->second);
}

const PartitionMetadata* TopicMetadata::partition(std::int32_t number) const {
  if (number < 0) return nullptr;
  const auto index = static_cast<std::size_t>(number);
  return index < partitions.size() ? &partitions[index] : nullptr;
}

const PartitionMetadata* Metadata::partition(std::string_view topic_name,
                                             std::int32_t partition) const {
  const TopicMetadata* found = topic(topic_name);
  return found == nullptr ? nullptr : found->partition(partition);
}

const BrokerMetadata* Metadata::broker(NodeId id) const {
  const auto found = brokers_.find(id);
  return found == brokers_.end() ? nullptr : &found->second;
}

}  // namespace barnabas::client
