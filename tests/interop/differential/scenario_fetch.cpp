#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/produce_requests.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/delete_records.hpp"
#include "protocol/messages/fetch.hpp"

// Fetch and fetch sessions.

namespace barnabas::differential {
namespace {

using protocol::DeleteRecordsRequest;
using protocol::FetchRequest;
using test::make_batch;
using test::numbered_records;

constexpr std::int16_t first_by_id = 13;
constexpr std::int32_t plenty = 1 << 20;

FetchRequest fetch(std::int32_t max_bytes = plenty) {
  FetchRequest request;
  request.max_wait_ms = 0;
  request.min_bytes = 0;
  request.max_bytes = max_bytes;
  request.session_epoch = -1;
  return request;
}

void add(FetchRequest& request, const KnownTopic& topic, std::int32_t partition,
         std::int64_t offset, Side side, std::int16_t version, std::int32_t max_bytes = plenty,
         std::int32_t leader_epoch = -1) {
  auto& wanted = request.topics.emplace_back();
  if (version < first_by_id) {
    wanted.topic = topic.name;
  } else {
    wanted.topic_id = topic.ids[side];
  }
  auto& part = wanted.partitions.emplace_back();
  part.partition = partition;
  part.fetch_offset = offset;
  part.partition_max_bytes = max_bytes;
  part.current_leader_epoch = leader_epoch;
}

void forget(FetchRequest& request, const KnownTopic& topic, std::int32_t partition, Side side,
            std::int16_t version) {
  auto& gone = request.forgotten_topics_data.emplace_back();
  if (version < first_by_id) {
    gone.topic = topic.name;
  } else {
    gone.topic_id = topic.ids[side];
  }
  gone.partitions.push_back(partition);
}

void fill(World& world, const KnownTopic& topic, std::int32_t partition, int batches) {
  Client quiet(world);
  quiet.quietly();
  const std::vector<std::byte> batch = make_batch(numbered_records(4));
  for (int i = 0; i < batches; ++i) {
    quiet.ask<protocol::ProduceRequest>("fill", 9, [&](Side side) {
      return produce_to(topic, partition, BytesView(batch), side, 9);
    });
  }
}

void delete_before(World& world, const KnownTopic& topic, std::int64_t offset) {
  Client quiet(world);
  DeleteRecordsRequest request;
  request.timeout_ms = 5000;
  auto& wanted = request.topics.emplace_back();
  wanted.name = topic.name;
  auto& partition = wanted.partitions.emplace_back();
  partition.offset = offset;
  quiet.quietly().ask<DeleteRecordsRequest>("delete", 2, request);
}

}  // namespace

void fetching(World& world) {
  Client client(world);
  const KnownTopic topic = make_topic(world, "fetch", 3);
  fill(world, topic, 0, 5);
  fill(world, topic, 1, 1);
  const KnownTopic trimmed = make_topic(world, "trimmed", 1);
  fill(world, trimmed, 0, 5);
  delete_before(world, trimmed, 6);
  const KnownTopic unknown{"no-such-topic", {Uuid(7, 8), Uuid(7, 8)}};
  for_each_version<FetchRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const KnownTopic& from, std::int32_t partition,
                         std::int64_t offset, std::int32_t max_bytes = plenty,
                         std::int32_t partition_max = plenty, std::int32_t epoch = -1) {
      client.ask<FetchRequest>(step, version, [&](Side side) {
        FetchRequest request = fetch(max_bytes);
        add(request, from, partition, offset, side, version, partition_max, epoch);
        return request;
      });
    };
    ask("from the start", topic, 0, 0);
    ask("from within a batch", topic, 0, 5);
    ask("at the end", topic, 0, 20);
    ask("beyond the end", topic, 0, 21);
    ask("a negative offset", topic, 0, -1);
    ask("offset -2", topic, 0, -2);
    ask("from an empty partition", topic, 2, 0);
    ask("beyond the end of an empty partition", topic, 2, 1);
    ask("before the log start", trimmed, 0, 3);
    ask("at the log start", trimmed, 0, 6);
    ask("unknown partition", topic, 3, 0);
    ask("negative partition", topic, -1, 0);
    ask("unknown topic", unknown, 0, 0);
    ask("no topic", KnownTopic{"", {}}, 0, 0);
    if (version < first_by_id) ask("a bad name", KnownTopic{"a b", {}}, 0, 0);
    ask("at most 1 byte", topic, 0, 0, 1, 1);
    ask("at most 0 bytes of the partition", topic, 0, 0, plenty, 0);
    ask("at most 0 bytes", topic, 0, 0, 0);
    ask("at most -1 bytes of the partition", topic, 0, 0, plenty, -1);
    ask("at most two batches", topic, 0, 0, plenty, 250);
    if (version >= 9) {
      ask("the leader's epoch", topic, 0, 0, plenty, plenty, 0);
      ask("a newer leader epoch", topic, 0, 0, plenty, plenty, 5);
      ask("leader epoch -2", topic, 0, 0, plenty, plenty, -2);
    }
    const auto ask_with = [&](std::string_view step, const auto& change) {
      client.ask<FetchRequest>(step, version, [&](Side side) {
        FetchRequest request = fetch();
        add(request, topic, 0, 16, side, version);
        change(request, side);
        return request;
      });
    };
    ask_with("read committed", [](FetchRequest& request, Side) { request.isolation_level = 1; });
    ask_with("isolation level 2", [](FetchRequest& request, Side) { request.isolation_level = 2; });
    ask_with("isolation level -1",
             [](FetchRequest& request, Side) { request.isolation_level = -1; });
    ask_with("two partitions and an unknown one", [&](FetchRequest& request, Side side) {
      add(request, topic, 1, 0, side, version);
      add(request, topic, 8, 0, side, version);
    });
    ask_with("a partition twice",
             [&](FetchRequest& request, Side side) { add(request, topic, 0, 0, side, version); });
    ask_with("negative wait", [](FetchRequest& request, Side) {
      request.max_wait_ms = -1;
      request.min_bytes = 1 << 20;
    });
    ask_with("waits for more than there is", [](FetchRequest& request, Side) {
      request.max_wait_ms = 50;
      request.min_bytes = 1 << 20;
    });
    if (version >= 11) {
      ask_with("a rack", [](FetchRequest& request, Side) { request.rack_id = "rack-1"; });
    }
    if (version >= 12) {
      ask_with("a last fetched epoch", [](FetchRequest& request, Side) {
        request.topics.front().partitions.front().last_fetched_epoch = 0;
      });
      ask_with("a last fetched epoch to come", [](FetchRequest& request, Side) {
        request.topics.front().partitions.front().last_fetched_epoch = 7;
      });
    }
  });
}

void fetch_sessions(World& world) {
  Client client(world);
  const KnownTopic topic = make_topic(world, "session", 3);
  fill(world, topic, 0, 2);
  const KnownTopic unknown{"no-such-topic", {Uuid(7, 8), Uuid(7, 8)}};
  for (std::int16_t version = 7; version <= FetchRequest::versions.max; ++version) {
    const auto ask = [&](std::string_view step, const Both<std::int32_t>& id, std::int32_t epoch,
                         const auto& change) {
      return client.ask<FetchRequest>(step, version, [&](Side side) {
        FetchRequest request = fetch();
        request.session_id = id[side];
        request.session_epoch = epoch;
        change(request, side);
        return request;
      });
    };
    const auto nothing = [](FetchRequest&, Side) {};
    const auto from = [&](std::int32_t partition, std::int64_t offset) {
      return [&, partition, offset](FetchRequest& request, Side side) {
        add(request, topic, partition, offset, side, version);
      };
    };
    const Both<std::int32_t> none(0, 0);
    ask("an epoch without a session", none, 5, nothing);
    ask("a session that never was", {123456, 123456}, 1, nothing);
    ask("a session that never was, epoch 0", {123456, 123456}, 0, from(0, 0));
    ask("a session that never was, epoch -1", {123456, 123456}, -1, from(0, 0));
    ask("a new session without partitions", none, 0, nothing);
    const auto made = ask("a new session", none, 0, [&](FetchRequest& request, Side side) {
      add(request, topic, 0, 0, side, version);
      add(request, topic, 1, 0, side, version);
    });
    Both<std::int32_t> id;
    for (const Side side : sides) id[side] = made[side].message.value().session_id;
    ask("goes on", id, 1, from(0, 8));
    ask("nothing new", id, 2, nothing);
    ask("an old epoch", id, 2, nothing);
    ask("an epoch too new", id, 9, nothing);
    fill(world, topic, 1, 1);
    ask("records have come", id, 3, nothing);
    ask("records are still there", id, 4, nothing);
    ask("past them", id, 5, from(1, 1000));
    ask("back again", id, 6, from(1, 4));
    ask("an unknown partition joins", id, 7, from(8, 0));
    ask("an unknown topic joins", id, 8,
        [&](FetchRequest& request, Side side) { add(request, unknown, 0, 0, side, version); });
    ask("nothing new with unknown ones", id, 9, nothing);
    ask("forget the unknown", id, 10, [&](FetchRequest& request, Side side) {
      forget(request, topic, 8, side, version);
      forget(request, unknown, 0, side, version);
    });
    ask("forget what is not there", id, 11,
        [&](FetchRequest& request, Side side) { forget(request, topic, 2, side, version); });
    ask("forget one and add it", id, 12, [&](FetchRequest& request, Side side) {
      forget(request, topic, 0, side, version);
      add(request, topic, 0, 4, side, version);
    });
    ask("forget all", id, 13, [&](FetchRequest& request, Side side) {
      forget(request, topic, 0, side, version);
      forget(request, topic, 1, side, version);
    });
    ask("the session after forgetting all", id, 14, nothing);
    const auto again = ask("another session", none, 0, from(0, 0));
    for (const Side side : sides) id[side] = again[side].message.value().session_id;
    const auto renewed = ask("begun anew", id, 0, from(0, 4));
    ask("the session before", id, 1, nothing);
    for (const Side side : sides) id[side] = renewed[side].message.value().session_id;
    ask("the last fetch", id, -1, from(0, 4));
    ask("after the last fetch", id, 1, nothing);
    if (version != 12) continue;
    // A session belongs to names or to ids.
    const auto named = ask("a session by names", none, 0, from(0, 0));
    client.ask<FetchRequest>("goes on by ids", 13, [&](Side side) {
      FetchRequest request = fetch();
      request.session_id = named[side].message.value().session_id;
      request.session_epoch = 1;
      add(request, topic, 0, 4, side, 13);
      return request;
    });
  }
}

}  // namespace barnabas::differential
