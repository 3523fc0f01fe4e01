#include "client/src/core/consumer/offsets/offset_lookup.hpp"

#include "protocol/messages/list_offsets.hpp"
#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

struct LookupWorld : ConsumerWorld {
  OffsetLookup lookup{retry, IsolationLevel::read_committed, cluster, interest, 1};
  std::optional<OffsetLookup::Answers> answers;

  LookupWorld() {
    engine.run_part = [this](const Now& at) { lookup.run(at); };
    engine.take_metadata = [this](const Now&) { lookup.changed(); };
    engine.deadline = [this] { return lookup.next_deadline(); };
  }
  void start(OffsetLookup::Query query, Duration limit = 60s) {
    lookup.start(now(), std::move(query), in(limit),
                 [this](const Now&, OffsetLookup::Answers got) { answers = std::move(got); });
    settle();
  }
  void answer(std::int32_t node, std::int64_t offset, ErrorCode error = ErrorCode::none) {
    const auto request = script.expect<ListOffsetsRequest>(node);
    CHECK(request->isolation_level == 1);
    ListOffsetsResponse response;
    for (const auto& asked : request->topics) {
      auto& topic = response.topics.emplace_back();
      topic.name = asked.name;
      for (const auto& partition : asked.partitions) {
        auto& entry = topic.partitions.emplace_back();
        entry.partition_index = partition.partition_index;
        entry.offset = offset;
        entry.timestamp = partition.timestamp;
        entry.error_code = error;
      }
    }
    script.answer(request, response);
  }
};

}  // namespace

TEST_CASE_FIXTURE(LookupWorld, "offset lookup: each leader is asked for its partitions") {
  start({{t0, 1000}, {t1, -1}});
  CHECK(!answers);
  answer(2, 20);
  CHECK(!answers);
  answer(1, 10);
  REQUIRE(answers);
  CHECK(answers->at(t0)->offset == 10);
  CHECK(answers->at(t0)->timestamp == 1000);
  CHECK(answers->at(t1)->offset == 20);
}

TEST_CASE_FIXTURE(LookupWorld,
                  "offset lookup: follows a leader, and asks only for what is missing") {
  start({{t0, 1000}, {t1, 1000}});
  answer(2, 20);
  script.move_leader("t", 0, 2);
  answer(1, -1, ErrorCode::not_leader_or_follower);
  CHECK(!answers);
  script.advance(1s);
  const auto again = script.expect<ListOffsetsRequest>(2);
  REQUIRE(again->topics.size() == 1);
  CHECK(again->topics[0].partitions.size() == 1);
  CHECK(again->topics[0].partitions[0].current_leader_epoch == 1);
}

TEST_CASE_FIXTURE(LookupWorld, "offset lookup: a lost connection is no answer") {
  start({{t0, 1000}});
  const auto request = script.expect<ListOffsetsRequest>(1);
  script.disconnect(request.connection);
  CHECK(!answers);
  script.advance(2s);
  answer(1, 7);
  REQUIRE(answers);
  CHECK(answers->at(t0)->offset == 7);
}

TEST_CASE_FIXTURE(LookupWorld, "offset lookup: a topic that is not there yet is waited for") {
  start({{{"late", 0}, -2}});
  script.advance(1s);
  CHECK(!answers);
  script.add_topic("late", {2});
  script.advance(2s);
  answer(2, 0);
  REQUIRE(answers);
  CHECK(answers->at({"late", 0})->offset == 0);
}

TEST_CASE_FIXTURE(LookupWorld, "offset lookup: the limit ends it with the last reason") {
  start({{t0, 1000}, {{"never", 0}, -1}}, 3s);
  script.advance(300ms);
  answer(1, 5);
  script.advance(5s);
  REQUIRE(answers);
  CHECK(answers->at(t0)->offset == 5);
  CHECK(answers->at({"never", 0}).error() == ErrorCode::unknown_topic_or_partition);
  CHECK(!lookup.next_deadline());
}

TEST_CASE_FIXTURE(LookupWorld, "offset lookup: a lasting refusal is an answer") {
  start({{t0, 1000}});
  answer(1, -1, ErrorCode::topic_authorization_failed);
  REQUIRE(answers);
  CHECK(answers->at(t0).error() == ErrorCode::topic_authorization_failed);
}

TEST_CASE_FIXTURE(LookupWorld, "cat_C19 a broker that always refuses is not asked without pause") {
  start({{t0, 1000}}, 30s);
  for (int i = 0; i < 400; ++i) {
    if (script.take<ListOffsetsRequest>()) continue;
    script.advance(50ms);
  }
  const std::size_t silent = script.arrived(ApiKey::ListOffsets);
  CHECK(silent <= 2);
}

TEST_CASE_FIXTURE(LookupWorld, "offset lookup: giving up ends all") {
  start({{t0, 1000}, {t1, 1000}});
  lookup.give_up(now(), Error(ErrorCode::closed));
  REQUIRE(answers);
  CHECK(answers->at(t1).error() == ErrorCode::closed);
}
