#include "client/src/core/admin/group_lag.hpp"

#include "protocol/messages/list_offsets.hpp"
#include "protocol/messages/offset_fetch.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

namespace {

template <class Topics>
void commit(Topics& topics) {
  auto& topic = topics.emplace_back();
  topic.name = "t";
  for (const std::int32_t index : {0, 1, 2}) {
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = index;
    partition.committed_offset = index == 2 ? -1 : 10 * index;
    partition.metadata = "note";
  }
}

void serve_commits(test::ClientScript& script) {
  script.serve<OffsetFetchRequest>([](const auto& request) {
    OffsetFetchResponse response;
    if (request.version >= 8) {
      CHECK_FALSE(request->groups.at(0).topics.has_value());
      auto& group = response.groups.emplace_back();
      group.group_id = request->groups.at(0).group_id;
      commit(group.topics);
    } else {
      CHECK_FALSE(request->topics.has_value());
      commit(response.topics);
    }
    return std::optional(response);
  });
}

}  // namespace

TEST_CASE("committed offsets are listed, whatever the version") {
  for (const std::int16_t version : std::vector<std::int16_t>{2, 7, 8, 10}) {
    AdminFixture fixture;
    fixture.script.set_versions(ApiKey::OffsetFetch, {1, version});
    serve_commits(fixture.script);
    const Offsets offsets = fixture.admin.list_group_offsets("g").get().value();
    REQUIRE(offsets.size() == 2);
    CHECK(offsets.at(TopicPartition("t", 1)).offset == 10);
    CHECK(offsets.at(TopicPartition("t", 1)).metadata == "note");
  }
}

TEST_CASE("a group's error is the outcome") {
  AdminFixture fixture;
  fixture.script.serve<OffsetFetchRequest>([](const auto& request) {
    OffsetFetchResponse response;
    auto& group = response.groups.emplace_back();
    group.group_id = request->groups.at(0).group_id;
    group.error_code = ErrorCode::group_authorization_failed;
    return std::optional(response);
  });
  CHECK(outcome(fixture.admin.group_lag("g").get()) == "GROUP_AUTHORIZATION_FAILED");
}

TEST_CASE("lag is the end less what was committed") {
  AdminFixture fixture;
  fixture.script.add_topic("t", {1, 2, 1});
  serve_commits(fixture.script);
  fixture.script.serve<ListOffsetsRequest>([](const auto& request) {
    ListOffsetsResponse response;
    for (const auto& from : request->topics) {
      auto& topic = response.topics.emplace_back();
      topic.name = from.name;
      for (const auto& wanted : from.partitions) {
        CHECK(wanted.timestamp == -1);
        auto& partition = topic.partitions.emplace_back();
        partition.partition_index = wanted.partition_index;
        partition.offset = 25;
      }
    }
    return std::optional(response);
  });
  const auto lags = fixture.admin.group_lag("g").get().value();
  REQUIRE(lags.size() == 2);
  CHECK(lags[0].second->lag() == 25);
  CHECK(lags[1].first == TopicPartition("t", 1));
  CHECK(lags[1].second->lag() == 15);
}

TEST_CASE("a group without offsets has no lag") {
  AdminFixture fixture;
  fixture.script.serve<OffsetFetchRequest>([](const auto& request) {
    OffsetFetchResponse response;
    response.groups.emplace_back().group_id = request->groups.at(0).group_id;
    return std::optional(response);
  });
  CHECK(fixture.admin.group_lag("g").get().value().empty());
}
