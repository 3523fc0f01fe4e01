#include "client/src/core/consumer/group/consumer_protocol.hpp"

#include "protocol/messages/consumer_protocol.hpp"
#include "protocol/wire/gather_buffer.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/versioned_data.hpp"
#include "protocol/wire/writer.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

using protocol::ConsumerProtocolAssignment;
using protocol::ConsumerProtocolSubscription;

// Requires: partitions in order, so that those of a topic stand together.
template <class Group>
std::vector<Group> group_by_topic(std::span<const TopicPartition> partitions) {
  std::vector<Group> groups;
  for (const TopicPartition& partition : partitions) {
    if (groups.empty() || groups.back().topic != partition.topic) {
      groups.emplace_back().topic = partition.topic;
    }
    groups.back().partitions.push_back(partition.partition);
  }
  return groups;
}

template <class Group>
std::vector<TopicPartition> flatten(const std::vector<Group>& groups) {
  std::vector<TopicPartition> partitions;
  for (const Group& group : groups) {
    for (const std::int32_t partition : group.partitions) {
      if (partition >= 0) partitions.emplace_back(std::string(group.topic), partition);
    }
  }
  std::sort(partitions.begin(), partitions.end());
  partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
  return partitions;
}

// Cannot fail: topics have valid names, and partitions come from where the same lengths apply.
template <class Message>
Bytes encode(const Message& message) {
  Result<Bytes> bytes = wire::encode_versioned(message, Message::versions.max);
  return bytes ? *std::move(bytes) : Bytes();
}

template <class Message>
Result<Message> decode(BytesView bytes) {
  return wire::decode_versioned<Message>(bytes, wire::NewerVersion::read_as_newest);
}

// kafka-go, @platformatic/kafka and others name a version whose last fields they do not send. What
// ends where an older version does is read as that one.
Result<ConsumerProtocolSubscription> decode_incomplete(BytesView metadata, const Error& otherwise) {
  constexpr std::size_t prefix = sizeof(std::int16_t);
  if (metadata.size() < prefix) return otherwise;
  const BytesView rest(metadata.span().subspan(prefix));
  for (std::int16_t version = ConsumerProtocolSubscription::versions.max; version-- > 0;) {
    Result<ConsumerProtocolSubscription> message =
        wire::decode_body<ConsumerProtocolSubscription>(wire::Reader(rest), version);
    if (message && message->encoded_size(version) == rest.size()) return message;
  }
  return otherwise;
}

// The sticky assignors' own data is not versioned, so it has no schema. It is what
// ConsumerProtocolAssignment begins with, and then the generation since Kafka 2.3.
Bytes encode_sticky_data(std::span<const TopicPartition> partitions, std::int32_t generation) {
  ConsumerProtocolAssignment assignment;
  assignment.assigned_partitions =
      group_by_topic<ConsumerProtocolAssignment::TopicPartition>(partitions);
  Bytes bytes = [&] {
    wire::GatherBuffer buffer;
    wire::Writer writer(buffer);
    writer.reserve(assignment.measure(0));
    assignment.encode(writer, 0);
    return buffer.flatten();
  }();
  // Four bytes of null user data make place for the generation.
  wire::store_big_endian(bytes.data() + bytes.size() - sizeof generation,
                         static_cast<std::uint32_t>(generation));
  return bytes;
}

void decode_sticky_data(BytesView data, GroupMember& member) {
  wire::Reader reader(data);
  const std::size_t topics = reader.array_size(false, 6, sizeof(TopicPartition), "topics");
  std::vector<TopicPartition> owned;
  for (std::size_t topic = 0; topic < topics && reader.ok(); ++topic) {
    const std::string_view name = reader.string(false, "topic");
    const std::size_t count = reader.array_size(false, 4, sizeof(TopicPartition), "partitions");
    for (std::size_t index = 0; index < count && reader.ok(); ++index) {
      owned.emplace_back(std::string(name), reader.int32("partition"));
    }
  }
  if (!reader.ok()) return;  // As in Java, a member with unreadable data owns nothing.
  member.owned = std::move(owned);
  member.generation = reader.remaining() >= 4 ? reader.int32("generation") : -1;
}

Bytes encode_generation(std::int32_t generation) {
  Bytes bytes(sizeof generation);
  wire::store_big_endian(bytes.data(), static_cast<std::uint32_t>(generation));
  return bytes;
}

std::optional<Bytes> encode_user_data(const MemberSubscription& subscription, Assignor assignor) {
  switch (assignor) {
    case Assignor::range:
    case Assignor::roundrobin:
      return std::nullopt;
    case Assignor::sticky:
      if (subscription.last_generation < 0) return std::nullopt;
      return encode_sticky_data(subscription.last_assignment, subscription.last_generation);
    case Assignor::cooperative_sticky:
      return encode_generation(subscription.generation);
  }
  return std::nullopt;
}

}  // namespace

Bytes encode_subscription(const MemberSubscription& subscription, Assignor assignor) {
  const std::optional<Bytes> user_data = encode_user_data(subscription, assignor);
  ConsumerProtocolSubscription message;
  message.topics.assign(subscription.topics.begin(), subscription.topics.end());
  if (user_data) message.user_data = BytesView(*user_data);
  message.owned_partitions =
      group_by_topic<ConsumerProtocolSubscription::TopicPartition>(subscription.owned);
  message.generation_id = subscription.generation;
  if (!subscription.rack.empty()) message.rack_id = subscription.rack;
  return encode(message);
}

Result<GroupMember> decode_subscription(BytesView metadata, Assignor assignor) {
  Result<ConsumerProtocolSubscription> message = decode<ConsumerProtocolSubscription>(metadata);
  if (!message) message = decode_incomplete(metadata, message.error());
  if (!message) return message.error();
  GroupMember member;
  member.topics.assign(message->topics.begin(), message->topics.end());
  std::sort(member.topics.begin(), member.topics.end());
  member.topics.erase(std::unique(member.topics.begin(), member.topics.end()), member.topics.end());
  // Eager members have given everything up when they join, so the sticky assignor carries it along.
  if (assignor == Assignor::sticky) {
    if (message->user_data) decode_sticky_data(*message->user_data, member);
    return member;
  }
  member.owned = flatten(message->owned_partitions);
  member.generation = message->generation_id;
  if (member.generation < 0 && message->user_data && message->user_data->size() >= 4) {
    member.generation =
        static_cast<std::int32_t>(wire::load_big_endian<std::uint32_t>(message->user_data->data()));
  }
  return member;
}

Bytes encode_assignment(std::span<const TopicPartition> partitions) {
  ConsumerProtocolAssignment message;
  message.assigned_partitions =
      group_by_topic<ConsumerProtocolAssignment::TopicPartition>(partitions);
  return encode(message);
}

Result<std::vector<TopicPartition>> decode_assignment(BytesView assignment) {
  if (assignment.empty()) return std::vector<TopicPartition>();
  const Result<ConsumerProtocolAssignment> message = decode<ConsumerProtocolAssignment>(assignment);
  if (!message) return message.error();
  return flatten(message->assigned_partitions);
}

}  // namespace barnabas::client
