#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/produce_requests.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/delete_records.hpp"
#include "protocol/messages/list_offsets.hpp"
#include "protocol/messages/offset_for_leader_epoch.hpp"

// ListOffsets, OffsetForLeaderEpoch, DeleteRecords.

namespace barnabas::differential {
namespace {

using protocol::DeleteRecordsRequest;
using protocol::ListOffsetsRequest;
using protocol::OffsetForLeaderEpochRequest;
using test::make_batch;
using test::numbered_records;

ListOffsetsRequest list(std::string_view topic, std::int32_t partition, std::int64_t timestamp,
                        std::int32_t leader_epoch = -1) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& wanted = request.topics.emplace_back();
  wanted.name = topic;
  auto& part = wanted.partitions.emplace_back();
  part.partition_index = partition;
  part.timestamp = timestamp;
  part.current_leader_epoch = leader_epoch;
  return request;
}

OffsetForLeaderEpochRequest end_of(std::string_view topic, std::int32_t partition,
                                   std::int32_t epoch, std::int32_t current = -1) {
  OffsetForLeaderEpochRequest request;
  request.replica_id = -1;
  auto& wanted = request.topics.emplace_back();
  wanted.topic = topic;
  auto& part = wanted.partitions.emplace_back();
  part.partition = partition;
  part.leader_epoch = epoch;
  part.current_leader_epoch = current;
  return request;
}

DeleteRecordsRequest remove(std::string_view topic, std::int32_t partition, std::int64_t offset) {
  DeleteRecordsRequest request;
  request.timeout_ms = 5000;
  auto& wanted = request.topics.emplace_back();
  wanted.name = topic;
  auto& part = wanted.partitions.emplace_back();
  part.partition_index = partition;
  part.offset = offset;
  return request;
}

// Batches with the times 1000..1003, 5000..5003, 3000..3003, at offsets 0, 4, 8.
void fill(World& world, const KnownTopic& topic) {
  Client quiet(world);
  quiet.quietly();
  for (const Timestamp start : {1000, 5000, 3000}) {
    const std::vector<std::byte> batch = make_batch(numbered_records(4, start));
    quiet.ask<protocol::ProduceRequest>(
        "fill", 9, [&](Side side) { return produce_to(topic, 0, BytesView(batch), side, 9); });
  }
}

}  // namespace

void listing_offsets(World& world) {
  Client client(world);
  const KnownTopic topic = make_topic(world, "list", 2);
  fill(world, topic);
  const KnownTopic trimmed = make_topic(world, "list", 1);
  fill(world, trimmed);
  Client(world).quietly().ask<DeleteRecordsRequest>("trim", 2, remove(trimmed.name, 0, 5));
  for_each_version<ListOffsetsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const ListOffsetsRequest& request) {
      client.ask<ListOffsetsRequest>(step, version, request);
    };
    for (const std::int64_t special : {-1, -2, -3, -4, -5, -6, -7, -100}) {
      const std::string text = std::to_string(special);
      ask("special " + text, list(topic.name, 0, special));
      ask("special " + text + " of an empty partition", list(topic.name, 1, special));
      ask("special " + text + " of a trimmed partition", list(trimmed.name, 0, special));
    }
    for (const std::int64_t time : {0, 1000, 1002, 1004, 3000, 4999, 5003, 5004, 6000}) {
      ask("time " + std::to_string(time), list(topic.name, 0, time));
      ask("time of a trimmed partition", list(trimmed.name, 0, time));
    }
    ask("time of an empty partition", list(topic.name, 1, 1000));
    ask("a time far away", list(topic.name, 0, 9'000'000'000'000'000'000));
    ask("unknown partition", list(topic.name, 5, -1));
    ask("negative partition", list(topic.name, -1, -1));
    ask("unknown topic", list("no-such-topic", 0, -1));
    ask("a bad name", list("a b", 0, -1));
    ask("an empty name", list("", 0, -1));
    ListOffsetsRequest twice = list(topic.name, 0, -1);
    twice.topics.front().partitions.push_back(twice.topics.front().partitions.front());
    ask("a partition twice", twice);
    twice.topics.front().partitions.back().timestamp = -2;
    ask("a partition twice, differently", twice);
    ListOffsetsRequest several = list(topic.name, 0, -1);
    several.topics.front().partitions.push_back(
        list(topic.name, 1, -2).topics.front().partitions.front());
    several.topics.push_back(list("no-such-topic", 0, -1).topics.front());
    ask("several", several);
    if (version >= 2) {
      ListOffsetsRequest committed = list(topic.name, 0, -1);
      committed.isolation_level = 1;
      ask("read committed", committed);
      committed.isolation_level = 2;
      ask("isolation level 2", committed);
    }
    if (version >= 4) {
      ask("the leader's epoch", list(topic.name, 0, -1, 0));
      ask("a newer leader epoch", list(topic.name, 0, -1, 3));
      ask("leader epoch -2", list(topic.name, 0, -1, -2));
    }
    ListOffsetsRequest debugger = list(topic.name, 0, -1);
    debugger.replica_id = -2;
    ask("as the debugging replica", debugger);
  });
}

void leader_epochs(World& world) {
  Client client(world);
  const KnownTopic topic = make_topic(world, "epochs", 2);
  fill(world, topic);
  for_each_version<OffsetForLeaderEpochRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, OffsetForLeaderEpochRequest request) {
      if (version < 3) request.replica_id = -2;
      client.ask<OffsetForLeaderEpochRequest>(step, version, request);
    };
    for (const std::int32_t epoch : {0, 1, 100, -1, -2}) {
      ask("epoch " + std::to_string(epoch), end_of(topic.name, 0, epoch));
      ask("epoch " + std::to_string(epoch) + " of an empty partition",
          end_of(topic.name, 1, epoch));
    }
    ask("the leader's epoch", end_of(topic.name, 0, 0, 0));
    ask("a newer leader epoch", end_of(topic.name, 0, 0, 4));
    ask("unknown partition", end_of(topic.name, 9, 0));
    ask("unknown topic", end_of("no-such-topic", 0, 0));
    ask("a bad name", end_of("a b", 0, 0));
    ask("an empty name", end_of("", 0, 0));
    OffsetForLeaderEpochRequest several = end_of(topic.name, 0, 0);
    several.topics.push_back(end_of("no-such-topic", 0, 0).topics.front());
    ask("several", several);
  });
}

void deleting_records(World& world) {
  Client client(world);
  for_each_version<DeleteRecordsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const DeleteRecordsRequest& request) {
      client.ask<DeleteRecordsRequest>(step, version, request);
    };
    const KnownTopic topic = make_topic(world, "remove", 2);
    fill(world, topic);
    ask("nothing", remove(topic.name, 0, 0));
    ask("within a batch", remove(topic.name, 0, 3));
    ask("before the log start", remove(topic.name, 0, 1));
    ask("beyond the end", remove(topic.name, 0, 13));
    ask("a negative offset", remove(topic.name, 0, -2));
    ask("to the end", remove(topic.name, 0, -1));
    ask("an empty partition", remove(topic.name, 1, 0));
    ask("unknown partition", remove(topic.name, 2, 0));
    ask("unknown topic", remove("no-such-topic", 0, 0));
    ask("a bad name", remove("a b", 0, 0));
    ask("the offsets topic", remove("__consumer_offsets", 0, 0));
    const KnownTopic compacted = make_topic(world, "remove", 1, {{"cleanup.policy", "compact"}});
    ask("a compacted topic", remove(compacted.name, 0, 0));
    DeleteRecordsRequest several = remove(topic.name, 0, -1);
    several.topics.push_back(remove("no-such-topic", 0, 0).topics.front());
    ask("a known and an unknown topic", several);
    client.ask<ListOffsetsRequest>("where the log starts after all this", 7,
                                   list(topic.name, 0, -2));
  });
}

}  // namespace barnabas::differential
