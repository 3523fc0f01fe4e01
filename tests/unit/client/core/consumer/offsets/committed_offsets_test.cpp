#include "client/src/core/consumer/offsets/committed_offsets.hpp"

#include "protocol/messages/offset_fetch.hpp"
#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

struct CommittedWorld : ConsumerWorld {
  CommittedOffsets offsets{retry, "g", cluster, 1};
  std::optional<CommittedOffsets::Answers> answers;

  CommittedWorld() {
    engine.run_part = [this](const Now& at) { offsets.run(at); };
    engine.deadline = [this] { return offsets.next_deadline(); };
  }
  void start(Duration limit = 60s) {
    offsets.start(now(), {t0, t1}, in(limit),
                  [this](const Now&, CommittedOffsets::Answers got) { answers = std::move(got); });
    settle();
  }
  struct Entry {
    std::int64_t offset = -1;
    ErrorCode error = ErrorCode::none;
  };
  void answer(const std::map<std::int32_t, Entry>& entries, ErrorCode error = ErrorCode::none) {
    const auto request = script.expect<OffsetFetchRequest>();
    OffsetFetchResponse response;
    auto& group = response.groups.emplace_back();
    group.group_id = "g";
    group.error_code = error;
    auto& topic = group.topics.emplace_back();
    topic.name = "t";
    for (const auto& [partition, with] : entries) {
      auto& entry = topic.partitions.emplace_back();
      entry.partition_index = partition;
      entry.committed_offset = with.offset;
      entry.committed_leader_epoch = 2;
      entry.metadata = "note";
      entry.error_code = with.error;
    }
    script.answer(request, response);
  }
};

}  // namespace

TEST_CASE_FIXTURE(CommittedWorld, "committed offsets: an offset, or that there is none") {
  start();
  answer({{0, {7}}, {1, {-1}}});
  REQUIRE(answers);
  CHECK(**answers->at(t0) == OffsetAndMetadata{7, 2, "note"});
  CHECK(!*answers->at(t1));
}

TEST_CASE_FIXTURE(CommittedWorld, "committed offsets: only stable ones are asked for") {
  start();
  const auto request = script.expect<OffsetFetchRequest>();
  CHECK(request->require_stable);
}

TEST_CASE_FIXTURE(CommittedWorld, "cat_T11 what a transaction holds back is waited for") {
  start();
  answer({{0, {7}}, {1, {-1, ErrorCode::unstable_offset_commit}}});
  CHECK(!answers);
  script.advance(2s);
  answer({{1, {9}}});  // only what is missing
  REQUIRE(answers);
  CHECK((*answers->at(t0))->offset == 7);
  CHECK((*answers->at(t1))->offset == 9);
}

TEST_CASE_FIXTURE(CommittedWorld, "committed offsets: a loading coordinator is asked again") {
  start();
  answer({}, ErrorCode::coordinator_load_in_progress);
  CHECK(!answers);
  script.advance(2s);
  script.set_coordinator(2);
  answer({}, ErrorCode::not_coordinator);
  script.advance(2s);
  const auto request = script.expect<OffsetFetchRequest>(2);
  CHECK(request.node == 2);
}

TEST_CASE_FIXTURE(CommittedWorld, "committed offsets: a lasting refusal is the answer for all") {
  start();
  answer({}, ErrorCode::group_authorization_failed);
  REQUIRE(answers);
  CHECK(answers->at(t0).error() == ErrorCode::group_authorization_failed);
  CHECK(answers->at(t1).error() == ErrorCode::group_authorization_failed);
}

TEST_CASE_FIXTURE(CommittedWorld, "committed offsets: the limit ends it with the last reason") {
  script.serve<OffsetFetchRequest>([](const Received<OffsetFetchRequest>&) {
    OffsetFetchResponse response;
    auto& group = response.groups.emplace_back();
    group.group_id = "g";
    group.error_code = ErrorCode::coordinator_load_in_progress;
    return std::optional(response);
  });
  start(3s);
  script.advance(2s);
  CHECK(!answers);
  script.advance(2s);
  REQUIRE(answers);
  CHECK(answers->at(t0).error() == ErrorCode::coordinator_load_in_progress);
}

TEST_CASE_FIXTURE(CommittedWorld, "committed offsets: older brokers name one group at the top") {
  script.set_versions(ApiKey::OffsetFetch, {1, 5});
  start();
  const auto request = script.expect<OffsetFetchRequest>();
  CHECK(request->group_id == "g");
  OffsetFetchResponse response;
  auto& topic = response.topics.emplace_back();
  topic.name = "t";
  for (const std::int32_t partition : {0, 1}) {
    auto& entry = topic.partitions.emplace_back();
    entry.partition_index = partition;
    entry.committed_offset = 3;
    entry.metadata = "";
  }
  script.answer(request, response);
  REQUIRE(answers);
  CHECK((*answers->at(t1))->offset == 3);
}
