#include "client/src/core/consumer/offsets/offset_commits.hpp"

#include "protocol/messages/offset_commit.hpp"
#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using protocol::OffsetCommitRequest;
using Asked = std::map<TopicPartition, std::int64_t>;
using Told = std::vector<std::string>;

struct CommitWorld : ConsumerWorld, CommitStanding {
  std::optional<MemberIdentity> identity = MemberIdentity{"m", 4};
  std::map<TopicPartition, std::uint64_t> owned{{t0, 1}, {t1, 1}};
  std::vector<std::string> refusals;
  Asked committed;
  Told told;
  OffsetCommits commits{retry, "g", std::nullopt, cluster, *this, 1};

  CommitWorld() {
    engine.run_part = [this](const Now& at) { commits.run(at); };
    engine.deadline = [this] { return commits.next_deadline(); };
  }
  std::optional<MemberIdentity> committing_identity() const override { return identity; }
  std::optional<std::uint64_t> tenure(const TopicPartition& partition) const override {
    const auto found = owned.find(partition);
    return found == owned.end() ? std::nullopt : std::optional(found->second);
  }
  void on_commit_refused(const Now&, const MemberIdentity& who, const Error& error) override {
    refusals.push_back(std::string(name(error.code())) + " " + std::to_string(who.generation));
  }
  void on_committed(const TopicPartition& partition, std::int64_t offset) override {
    committed[partition] = offset;
  }

  void start(const std::string& call, Offsets offsets, Duration limit = 60s) {
    commits.start(
        now(), std::move(offsets), in(limit),
        [this, call](const Now&, const Result<void>& result, const Offsets&) {
          told.push_back(call + (result ? " ok" : " " + std::string(name(result.error().code()))));
        });
    settle();
  }
  Received<OffsetCommitRequest> expect() { return script.expect<OffsetCommitRequest>(); }
  static Asked asked(const Received<OffsetCommitRequest>& request) {
    Asked all;
    for (const auto& topic : request->topics) {
      for (const auto& entry : topic.partitions) {
        all[{std::string(topic.name), entry.partition_index}] = entry.committed_offset;
      }
    }
    return all;
  }
  void answer(const Received<OffsetCommitRequest>& request,
              const std::map<TopicPartition, ErrorCode>& errors = {}) {
    protocol::OffsetCommitResponse response;
    for (const auto& [partition, offset] : asked(request)) {
      if (response.topics.empty()) response.topics.emplace_back().name = "t";
      auto& entry = response.topics.back().partitions.emplace_back();
      entry.partition_index = partition.partition;
      const auto error = errors.find(partition);
      entry.error_code = error == errors.end() ? ErrorCode::none : error->second;
    }
    script.answer(request, response);
  }
};

}  // namespace

TEST_CASE_FIXTURE(CommitWorld, "offset commits: as the member, with epoch and note") {
  start("a", {{t0, {5, 3, "note"}}});
  const auto request = expect();
  CHECK(request->group_id == "g");
  CHECK(request->member_id == "m");
  CHECK(request->generation_id_or_member_epoch == 4);
  CHECK(request->topics[0].partitions[0].committed_leader_epoch == 3);
  CHECK(request->topics[0].partitions[0].committed_metadata == "note");
  answer(request);
  CHECK(told == Told{"a ok"});
  CHECK(committed == Asked{{t0, 5}});
  CHECK(commits.idle());
}

TEST_CASE_FIXTURE(CommitWorld, "offset commits: an older one never overwrites a newer one") {
  start("a", {{t0, 5}});
  const auto first = expect();
  start("b", {{t0, 7}});
  start("c", {{t0, 9}, {t1, 1}});
  CHECK(!script.take<OffsetCommitRequest>());  // one at a time
  answer(first, {{t0, ErrorCode::coordinator_load_in_progress}});
  script.advance(1s);
  const auto again = expect();
  CHECK(asked(again) == Asked{{t0, 9}, {t1, 1}});
  answer(again);
  CHECK(told == Told{"a ok", "b ok", "c ok"});
  CHECK(!script.take<OffsetCommitRequest>());
}

TEST_CASE_FIXTURE(CommitWorld, "cat_G14 each partition its own result") {
  start("a", {{t0, 5}});
  start("b", {{t1, 6}});
  const auto first = expect();
  answer(first, {{t0, ErrorCode::offset_metadata_too_large}});
  const auto second = expect();
  answer(second);
  CHECK(told == Told{"a OFFSET_METADATA_TOO_LARGE", "b ok"});
  start("c", {{t0, 8}, {t1, 8}});
  answer(expect(), {{t1, ErrorCode::topic_authorization_failed}});
  CHECK(told.back() == "c TOPIC_AUTHORIZATION_FAILED");
  CHECK(committed == Asked{{t0, 8}, {t1, 6}});
  start("d", {{t1, 9}});
  answer(expect());
  CHECK(told.back() == "d ok");  // no stale error
}

TEST_CASE_FIXTURE(CommitWorld, "offset commits: while the member joins they wait") {
  identity.reset();
  start("a", {{t0, 5}});
  start("b", {{t1, 5}}, 2s);
  CHECK(!script.take<OffsetCommitRequest>());
  script.advance(3s);
  CHECK(told == Told{"b TIMED_OUT"});
  identity = MemberIdentity{"m", 5};
  settle();
  const auto request = expect();
  CHECK(request->generation_id_or_member_epoch == 5);
  CHECK(asked(request) == Asked{{t0, 5}});
  answer(request);
  CHECK(told.back() == "a ok");
}

TEST_CASE_FIXTURE(CommitWorld, "offset commits: what was taken away meanwhile fails") {
  identity.reset();
  start("a", {{t0, 5}, {t1, 5}});
  owned.erase(t0);
  identity = MemberIdentity{"m", 5};
  settle();
  const auto request = expect();
  CHECK(asked(request) == Asked{{t1, 5}});
  answer(request);
  CHECK(told == Told{"a ILLEGAL_GENERATION"});
  CHECK(committed == Asked{{t1, 5}});
}

TEST_CASE_FIXTURE(CommitWorld, "offset commits: what was taken away and came back fails") {
  start("a", {{t0, 5}, {t1, 5}});
  const auto request = expect();
  owned[t0] = 2;
  answer(request, {{t0, ErrorCode::illegal_generation}, {t1, ErrorCode::illegal_generation}});
  start("b", {{t0, 3}});
  script.advance(1s);
  const auto again = expect();
  CHECK(asked(again) == Asked{{t0, 3}, {t1, 5}});  // not the one of another time
  answer(again);
  CHECK(told == Told{"a ILLEGAL_GENERATION", "b ok"});
}

TEST_CASE_FIXTURE(CommitWorld, "offset commits: nothing is due while the member joins") {
  start("a", {{t0, 5}}, 60s);
  answer(expect(), {{t0, ErrorCode::coordinator_load_in_progress}});
  CHECK(*commits.next_deadline() < in(59s));
  identity.reset();
  CHECK(*commits.next_deadline() >= in(59s));
}

TEST_CASE_FIXTURE(CommitWorld, "offset commits: a refusal of the member is passed on") {
  // Also where only one of the partitions says so.
  start("a", {{t0, 5}, {t1, 5}});
  const auto request = expect();
  answer(request, {{t0, ErrorCode::rebalance_in_progress}});
  CHECK(refusals == Told{"REBALANCE_IN_PROGRESS 4"});
  CHECK(told.empty());
  script.advance(1s);
  const auto again = expect();
  CHECK(asked(again) == Asked{{t0, 5}});
  answer(again);
  CHECK(told == Told{"a ok"});
}

TEST_CASE_FIXTURE(CommitWorld, "offset commits: a fenced instance does not try again") {
  start("a", {{t0, 5}});
  answer(expect(), {{t0, ErrorCode::fenced_instance_id}});
  CHECK(refusals == Told{"FENCED_INSTANCE_ID 4"});
  CHECK(told == Told{"a FENCED_INSTANCE_ID"});
}

TEST_CASE_FIXTURE(CommitWorld, "cat_G08 another coordinator is looked for") {
  start("a", {{t0, 5}});
  const auto request = expect();
  CHECK(request.node == 1);
  script.set_coordinator(2);
  answer(request, {{t0, ErrorCode::not_coordinator}});
  script.advance(1s);
  const auto again = expect();
  CHECK(again.node == 2);
  answer(again);
  CHECK(told == Told{"a ok"});
}

TEST_CASE_FIXTURE(CommitWorld,
                  "offset commits: an answer that leaves partitions out is no success") {
  start("a", {{t0, 5}, {t1, 6}}, 500ms);
  const auto request = expect();
  protocol::OffsetCommitResponse response;
  response.topics.emplace_back().name = "t";
  response.topics.back().partitions.emplace_back().partition_index = 0;
  script.answer(request, response);
  script.advance(2s);
  REQUIRE(told.size() == 1);
  CHECK(told[0] != "a ok");
  CHECK(committed == Asked{{t0, 5}});
}

TEST_CASE_FIXTURE(CommitWorld, "offset commits: giving up ends all of them") {
  start("a", {{t0, 5}});
  start("b", {{t0, 6}});
  const auto request = expect();
  commits.give_up(now(), Error(ErrorCode::closed));
  CHECK(told == Told{"a CLOSED", "b CLOSED"});
  answer(request);
  CHECK(told.size() == 2);
}
