#include "client/src/core/consumer/fetch/fetch_session.hpp"
#include "protocol/base/random.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace barnabas;
using namespace barnabas::client;

namespace {

FetchTarget target(std::int32_t partition, std::int64_t offset, Uuid id = {1, 1}) {
  return {{"t", partition}, id, offset, 0, 100, 0};
}

std::set<TopicPartition> partitions(const std::vector<FetchTarget>& targets) {
  std::set<TopicPartition> all;
  for (const FetchTarget& each : targets) all.insert(each.partition);
  return all;
}

bool answer(FetchSession& session, ErrorCode error, std::int32_t session_id,
            const std::set<TopicPartition>& present) {
  for (const TopicPartition& each : present) session.answered(each.topic, each.partition);
  return session.on_answer(error, session_id);
}

// Opens the session, with partitions 0 and 1 at offset 0.
void open(FetchSession& session) {
  const FetchPlan plan = session.plan({target(0, 0), target(1, 0)}, true);
  REQUIRE(answer(session, ErrorCode::none, 42, partitions(plan.send)));
}

}  // namespace

TEST_CASE("fetch session: full first, then only what changed") {
  FetchSession session;
  const FetchPlan full = session.plan({target(1, 0), target(0, 0)}, true);
  CHECK(full.session_id == 0);
  CHECK(full.session_epoch == 0);
  REQUIRE(full.send.size() == 2);
  CHECK(full.send[0].partition.partition == 1);
  REQUIRE(answer(session, ErrorCode::none, 42, partitions(full.send)));

  const FetchPlan next = session.plan({target(0, 5), target(1, 0)}, true);
  CHECK(next.session_id == 42);
  CHECK(next.session_epoch == 1);
  REQUIRE(next.send.size() == 1);
  CHECK(next.send[0].offset == 5);
  CHECK(next.forget.empty());
  REQUIRE(answer(session, ErrorCode::none, 42, {}));
  CHECK(session.plan({target(0, 5), target(1, 0)}, true).session_epoch == 2);
}

TEST_CASE("cat_C25 partitions that are no longer wanted are forgotten, and come back as new") {
  FetchSession session;
  open(session);
  const FetchPlan less = session.plan({target(0, 0)}, true);
  CHECK(less.send.empty());
  REQUIRE(less.forget.size() == 1);
  CHECK(less.forget[0].partition.partition == 1);
  REQUIRE(answer(session, ErrorCode::none, 42, {}));
  const FetchPlan more = session.plan({target(0, 0), target(1, 0)}, true);
  REQUIRE(more.send.size() == 1);
  CHECK(more.send[0].partition.partition == 1);
}

TEST_CASE("cat_C25 a topic that was recreated is forgotten under its old id") {
  FetchSession session;
  open(session);
  const FetchPlan plan = session.plan({target(0, 0, {2, 2}), target(1, 0)}, true);
  REQUIRE(plan.forget.size() == 1);
  CHECK(plan.forget[0].topic_id == Uuid(1, 1));
  REQUIRE(plan.send.size() == 1);
  CHECK(plan.send[0].topic_id == Uuid(2, 2));
}

TEST_CASE("cat_C25 a topic that was recreated is not forgotten where names are sent") {
  FetchSession session;
  const FetchPlan full = session.plan({target(0, 0), target(1, 0)}, false);
  REQUIRE(answer(session, ErrorCode::none, 42, partitions(full.send)));
  const FetchPlan plan = session.plan({target(0, 0, {2, 2}), target(1, 0)}, false);
  CHECK(plan.session_epoch == 1);
  CHECK(plan.forget.empty());
  REQUIRE(plan.send.size() == 1);
  CHECK(plan.send[0].topic_id == Uuid(2, 2));
}

TEST_CASE("fetch session: topics are known by id as long as a partition of them is wanted") {
  FetchSession session;
  open(session);
  CHECK(session.topic_name({1, 1}) == "t");
  CHECK(session.topic_name({2, 2}).empty());
  session.plan({target(0, 0, {2, 2}), target(1, 0)}, true);
  CHECK(session.topic_name({1, 1}) == "t");
  CHECK(session.topic_name({2, 2}) == "t");
  session.plan({target(0, 0, {2, 2})}, true);
  CHECK(session.topic_name({1, 1}).empty());
  CHECK(session.topic_name({2, 2}) == "t");
  CHECK(session.answered("t", 0) != nullptr);
  CHECK(session.answered("t", 1) == nullptr);
  session.plan({}, true);
  CHECK(session.topic_name({2, 2}).empty());
  CHECK(session.any() == nullptr);
}

TEST_CASE("cat_C25 names instead of ids, or the reverse, need a new session") {
  FetchSession session;
  open(session);
  const FetchPlan plan = session.plan({target(0, 0, {}), target(1, 0, {})}, false);
  CHECK(plan.session_id == 42);
  CHECK(plan.session_epoch == 0);
  CHECK(plan.send.size() == 2);
  CHECK(plan.forget.empty());
}

TEST_CASE("fetch session: errors") {
  FetchSession session;
  open(session);
  (void)session.plan({target(0, 0)}, true);
  SUBCASE("a session that the broker forgot is not named again") {
    CHECK(!answer(session, ErrorCode::fetch_session_id_not_found, 0, {}));
    const FetchPlan plan = session.plan({target(0, 0)}, true);
    CHECK(plan.session_id == 0);
    CHECK(plan.session_epoch == 0);
    CHECK(plan.send.size() == 1);
  }
  SUBCASE("a wrong epoch replaces the session") {
    CHECK(!answer(session, ErrorCode::invalid_fetch_session_epoch, 0, {}));
    const FetchPlan plan = session.plan({target(0, 0)}, true);
    CHECK(plan.session_id == 42);
    CHECK(plan.session_epoch == 0);
  }
  SUBCASE("so does a lost answer") {
    session.on_lost();
    const FetchPlan plan = session.plan({target(0, 0)}, true);
    CHECK(plan.session_id == 42);
    CHECK(plan.session_epoch == 0);
    CHECK(plan.send.size() == 1);
    CHECK(plan.forget.empty());
  }
  SUBCASE("and a partition that was not asked for") {
    CHECK(!answer(session, ErrorCode::none, 42, {{"t", 9}}));
    CHECK(session.plan({target(0, 0)}, true).session_epoch == 0);
  }
}

TEST_CASE("fetch session: a full response that leaves a partition out is not believed") {
  FetchSession session;
  (void)session.plan({target(0, 0), target(1, 0)}, true);
  CHECK(!answer(session, ErrorCode::none, 42, {{"t", 0}}));
  CHECK(session.plan({target(0, 0), target(1, 0)}, true).session_epoch == 0);
}

TEST_CASE("fetch session: responses may tell in any order, and twice, and are not believed then") {
  FetchSession session;
  (void)session.plan({target(0, 0), target(1, 1), target(2, 2), target(3, 3)}, true);
  for (const std::int32_t partition : {2, 3, 0, 1}) {
    const FetchTarget* found = session.answered("t", partition);
    REQUIRE(found != nullptr);
    CHECK(found->partition == TopicPartition("t", partition));
    CHECK(found->offset == partition);
  }
  CHECK(session.on_answer(ErrorCode::none, 42));
  session.on_lost();
  (void)session.plan({target(1, 1), target(2, 2)}, true);
  CHECK(session.answered("t", 0) == nullptr);
  session.on_lost();
  (void)session.plan({target(1, 1), target(2, 2)}, true);
  CHECK(session.answered("t", 1)->offset == 1);
  CHECK(session.answered("t", 1)->offset == 1);
  CHECK_FALSE(session.on_answer(ErrorCode::none, 42));
}

TEST_CASE("fetch session: a broker without sessions gets full fetches") {
  FetchSession session;
  for (int i = 0; i < 3; ++i) {
    const FetchPlan plan = session.plan({target(0, i), target(1, 0)}, true);
    CHECK(plan.session_id == 0);
    CHECK(plan.session_epoch == 0);
    CHECK(plan.send.size() == 2);
    CHECK(answer(session, ErrorCode::none, 0, partitions(plan.send)));
  }
}

TEST_CASE("fetch session: broker and client always agree on what is wanted") {
  Random random(23);
  for (int round = 0; round < 200; ++round) {
    FetchSession session;
    std::map<TopicPartition, std::int64_t> broker;
    std::int32_t id = 0;
    std::int32_t expected_epoch = 0;
    for (int step = 0; step < 30; ++step) {
      std::vector<FetchTarget> wanted;
      for (std::int32_t partition = 0; partition < 5; ++partition) {
        if (random.below(2) == 0) {
          wanted.push_back(target(partition, static_cast<std::int64_t>(random.below(3))));
        }
      }
      const FetchPlan plan = session.plan(wanted, true);
      if (plan.session_epoch == 0) {
        broker.clear();
        id = static_cast<std::int32_t>(1 + random.below(1000));
        expected_epoch = 0;
      } else {
        REQUIRE(plan.session_id == id);
        REQUIRE(plan.session_epoch == expected_epoch);
      }
      for (const FetchTarget& gone : plan.forget) broker.erase(gone.partition);
      for (const FetchTarget& each : plan.send) broker[each.partition] = each.offset;
      ++expected_epoch;
      std::map<TopicPartition, std::int64_t> asked;
      for (const FetchTarget& each : wanted) asked[each.partition] = each.offset;
      REQUIRE(broker == asked);
      if (random.below(6) == 0) {
        session.on_lost();
      } else {
        const auto present =
            plan.session_epoch == 0 ? partitions(plan.send) : std::set<TopicPartition>{};
        REQUIRE(answer(session, ErrorCode::none, id, present));
      }
    }
  }
}
