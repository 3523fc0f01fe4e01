#include "protocol/messages/offset_commit.hpp"
#include "protocol/messages/offset_fetch.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::broker::test {
namespace {

using protocol::OffsetCommitRequest;
using protocol::OffsetFetchRequest;

// Partitions 0 and 1 of "a" and partition 0 of "b", from outside of any group's generations.
OffsetCommitRequest request() {
  OffsetCommitRequest request;
  request.group_id = "g";
  for (const std::string_view name : {"a", "b"}) {
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    for (std::int32_t index = 0; index < (name == "a" ? 2 : 1); ++index) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = index;
      partition.committed_offset = 5;
    }
  }
  return request;
}

std::vector<ErrorCode> codes(const protocol::OffsetCommitResponse& response) {
  std::vector<ErrorCode> codes;
  for (const auto& topic : response.topics) {
    for (const auto& partition : topic.partitions) codes.push_back(partition.error_code);
  }
  return codes;
}

struct CommitWorld : EngineWorld {
  explicit CommitWorld(BrokerSettings settings = {}) : EngineWorld(std::move(settings)) {
    create_topic("a", 2);
    create_topic("b");
  }
  std::vector<ErrorCode> commit() { return codes(call(client, request(), 9)); }

  const ConnectionId client = connect();
};

BrokerSettings always_durable() {
  BrokerSettings settings;
  settings.storage.fsync = storage::FsyncPolicy::always;
  return settings;
}

struct DurableWorld : CommitWorld {
  DurableWorld() : CommitWorld(always_durable()) {}
};

constexpr ErrorCode none = ErrorCode::none;
constexpr ErrorCode injected = ErrorCode::offset_metadata_too_large;

TEST_CASE_FIXTURE(CommitWorld, "offset_commit: each partition its own result") {
  OffsetCommitRequest asked = request();
  asked.topics[0].partitions[1].partition_index = 7;
  CHECK(codes(call(client, asked, 9)) ==
        std::vector{none, ErrorCode::unknown_topic_or_partition, none});
}

TEST_CASE_FIXTURE(DurableWorld, "offset_commit: what comes behind it on the connection sees it") {
  sync_at_once = false;
  const std::int32_t committing = send(client, request(), 9);
  OffsetFetchRequest asked;
  auto& group = asked.groups.emplace_back();
  group.group_id = "g";
  auto& topic = group.topics.emplace();
  topic.emplace_back().name = "b";
  topic.back().partition_indexes = {0};
  const std::int32_t fetching = send(client, asked, 9);
  CHECK_FALSE(receive<OffsetCommitRequest>(client, 9, committing));
  deliver_disk();
  pump();
  CHECK(codes(receive<OffsetCommitRequest>(client, 9, committing).value()).back() == none);
  const auto fetched = receive<OffsetFetchRequest>(client, 9, fetching).value();
  CHECK(fetched.groups.at(0).topics.at(0).partitions.at(0).committed_offset == 5);
}

TEST_CASE_FIXTURE(CommitWorld, "offset_commit: an injected error hits what its filters name") {
  SUBCASE("everything") {
    engine().inject(Fault::error(ApiKey::OffsetCommit, injected));
    CHECK(commit() == std::vector(3, injected));
  }
  SUBCASE("a topic") {
    engine().inject(Fault::error(ApiKey::OffsetCommit, injected).topic("b"));
    CHECK(commit() == std::vector{none, none, injected});
  }
  SUBCASE("a partition") {
    engine().inject(Fault::error(ApiKey::OffsetCommit, injected).topic("a").partition(1));
    CHECK(commit() == std::vector{none, injected, none});
  }
  SUBCASE("none that the request names") {
    engine().inject(Fault::error(ApiKey::OffsetCommit, injected).topic("a").partition(2));
    CHECK(commit() == std::vector(3, none));
    return;
  }
  CHECK(commit() == std::vector(3, none));  // it struck once
}

}  // namespace
}  // namespace barnabas::broker::test
