#include "tests/unit/client/core/consumer/consumer_fixture.hpp"

#include "protocol/base/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

// Bugs that other Kafka clients had, by their number in our catalogue: each must stay impossible.
// Those of single parts of the consumer are in the tests of these parts.

using namespace barnabas;
using namespace barnabas::test;

namespace {

using Values = std::vector<std::string>;

// A whole consumer against a simple idea of it: what the application expects to read next.
class Model : public ConsumerFixture {
 public:
  Model(std::uint64_t seed, bool cooperative) : random_(seed) {
    config.max_poll_records(7).auto_commit_interval(1000ms).retry_backoff(10ms, 50ms);
    config.idle_timeout(20ms);
    config.assignors({cooperative ? Assignor::cooperative_sticky : Assignor::range});
    RebalanceListener listener;
    listener.assigned = [this](const auto& added) {
      told_generation_ = log.generation();
      for (const TopicPartition& partition : added) {
        CHECK(next_.count(partition) == 0);
        next_[partition] = log.committed(partition).value_or(0);
        finish(partition, next_[partition]);
      }
    };
    listener.revoked = [this](const auto& partitions) {
      for (const TopicPartition& partition : partitions) {
        CHECK(next_.erase(partition) == 1);
        paused_.erase(partition);
      }
    };
    log.assign({t0, t1});
    consumer().subscribe({"t"}, listener).value();
  }

  ~Model() { made.reset(); }  // whose callbacks use what is below
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      check_commits();
    }
    settle();
  }

 private:
  TopicPartition any() { return random_.below(2) == 0 ? t0 : t1; }
  bool has(const TopicPartition& partition) const { return next_.count(partition) > 0; }
  // A member that was thrown out and came back may already have the partition anew, without the
  // application having heard of either.
  bool knows(const TopicPartition& partition) const {
    return has(partition) && told_generation_ == log.generation();
  }

  void step() {
    const TopicPartition partition = any();
    switch (random_.below(18)) {
      case 0:
      case 1:
      case 2:
        log.append(partition, static_cast<std::int32_t>(1 + random_.below(12)));
        return;
      case 3:
        if (knows(partition) && consumer().pause(partition)) paused_.insert(partition);
        return;
      case 4:  // often of one that is not paused
        if (knows(partition) && consumer().resume(partition)) paused_.erase(partition);
        return;
      case 5: {
        const auto to = static_cast<std::int64_t>(
            random_.below(static_cast<std::uint64_t>(log.end_offset(partition)) + 1));
        if (!knows(partition) || !consumer().seek(partition, to)) return;
        next_[partition] = to;
        finish(partition, to);
        return;
      }
      case 6:
        // A rebalance that takes one away, gives one, or changes nothing.
        log.assign(random_.below(3) == 0 ? std::vector{partition} : std::vector{t0, t1});
        return;
      case 7:
        script.move_leader("t", partition.partition, 1 + static_cast<int>(random_.below(2)));
        return;
      case 8:
        script.disconnect(1 + static_cast<int>(random_.below(2)));
        return;
      case 9:
        script.advance(std::chrono::milliseconds(random_.below(4000)));
        return;
      case 10:
        log.end_waits();
        return;
      case 11:
        iterate();
        return;
      case 12:
        for (const auto& [assigned, offset] : next_) finish(assigned, offset);
        (void)consumer().commit(20ms);
        return;
      case 13:
        if (!knows(partition) || !consumer().seek_to_beginning(partition)) return;
        next_[partition] = 0;
        return;
      case 14:
        if (random_.below(4) == 0) log.expel();
        return;
      default:
        poll_once();
        return;
    }
  }

  void finish(const TopicPartition& partition, std::int64_t offset) {
    done_[partition] = std::max(done_[partition], offset);
  }
  // With its next call the application has dealt with everything from before it.
  void finish_all(const std::map<TopicPartition, std::int64_t>& before) {
    for (const auto& [partition, offset] : before) finish(partition, offset);
  }
  void take(const ConsumerRecord& record) {
    const TopicPartition& partition = record.topic_partition();
    REQUIRE(has(partition));
    REQUIRE(record.offset() == next_[partition]);
    CHECK(paused_.count(partition) == 0);
    CHECK(record.value() == ConsumeLog::value_at(partition, record.offset()));
    next_[partition] = record.offset() + 1;
  }

  // Some records one by one; the rest of what was fetched with them waits.
  void iterate() {
    const auto count = 1 + random_.below(4);
    auto before = next_;
    auto at = consumer().begin();
    finish_all(before);
    for (std::uint64_t i = 0; i < count && at != consumer().end(); ++i) {
      take(*at);
      if (i + 1 == count) return;
      before = next_;
      ++at;
      finish_all(before);
    }
  }

  std::size_t poll_once() {
    const std::map<TopicPartition, std::int64_t> before = next_;
    const Result<Records> records =
        consumer().poll(std::chrono::milliseconds(random_.below(2) * 30));
    REQUIRE_MESSAGE(records, records.error().to_string());
    finish_all(before);
    for (const ConsumerRecord& record : *records) take(record);
    return records->size();
  }

  // Nothing is committed that the application may still be working on.
  void check_commits() {
    for (; seen_commits_ < log.commits().size(); ++seen_commits_) {
      const auto& [partition, offset] = log.commits()[seen_commits_];
      CHECK(offset <= done_[partition]);
    }
  }

  // At last everything is read to its end, by a member that the group knows.
  void settle() {
    log.assign({t0, t1});
    int times_at_end = 0;
    for (int i = 0; i < 3000 && times_at_end < 2; ++i) {
      for (const TopicPartition& partition : {t0, t1}) {
        if (has(partition) && consumer().resume(partition)) paused_.erase(partition);
      }
      log.end_waits();
      if (poll_once() == 0) script.advance(100ms);
      check_commits();
      if (!at_end()) {
        times_at_end = 0;
      } else if (++times_at_end == 1) {
        script.advance(4s);  // a heartbeat would tell that it is not
      }
    }
    CHECK(at_end());
    consumer().close().value();
    for (const TopicPartition& partition : {t0, t1}) {
      CHECK(log.committed(partition).value_or(0) == log.end_offset(partition));
    }
  }
  bool at_end() {
    return std::ranges::all_of(std::vector{t0, t1}, [this](const TopicPartition& partition) {
      return has(partition) && next_[partition] == log.end_offset(partition);
    });
  }

  Random random_;
  std::map<TopicPartition, std::int64_t> next_;  // of what is assigned
  std::map<TopicPartition, std::int64_t> done_;  // what may be committed
  std::set<TopicPartition> paused_;
  std::int32_t told_generation_ = 0;
  std::size_t seen_commits_ = 0;
};

}  // namespace

TEST_CASE("cat_C23 any order of polls, seeks, pauses, rebalances and moves reads what it should") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    for (const bool cooperative : {false, true}) {
      CAPTURE(seed);
      CAPTURE(cooperative);
      Model(seed, cooperative).run(120);
    }
  }
}

TEST_CASE_FIXTURE(ConsumerFixture, "cat_C23 a pause holds however the next records are asked for") {
  log.append(t0, 4);
  log.assign({t0});
  consumer().subscribe({"t"}).value();
  const auto first = consumer().begin();
  REQUIRE(first != consumer().end());
  CHECK(first->value() == "t[0]@0");
  consumer().pause(t0).value();
  CHECK(poll().empty());
  CHECK(poll().empty());
  consumer().resume(t0).value();
  CHECK(poll() == Values{"t[0]@1", "t[0]@2", "t[0]@3"});
}

TEST_CASE_FIXTURE(ConsumerFixture, "cat_C23 a pause before partitions are added holds") {
  config.assignors({Assignor::cooperative_sticky}).max_poll_records(2);
  log.append(t0, 6);
  CHECK(join({t0}).size() == 2);
  consumer().pause(t0).value();
  // The next poll tells of t[1], with data of t[0] at hand.
  log.assign({t0, t1});
  script.advance(4s);
  CHECK(poll().empty());
  CHECK(take_diary() == Values{"assigned t[0]", "assigned t[1]"});
  consumer().resume(t0).value();
  CHECK(poll() == Values{"t[0]@2", "t[0]@3"});
}

TEST_CASE_FIXTURE(ConsumerFixture, "cat_P28 what the application is at work on is not committed") {
  config.auto_commit_interval(1000ms);
  log.append(t0, 3);
  CHECK(join({t0, t1}).size() == 3);
  // Neither the interval nor a rebalance that is going on around it commits these.
  script.advance(3s);
  CHECK(log.committed(t0).value_or(0) == 0);
  log.assign({t0});
  script.advance(4s);
  CHECK(log.committed(t0).value_or(0) == 0);
  SUBCASE("the application comes back") {
    poll();
    CHECK(log.committed(t0) == 3);
  }
  SUBCASE("the application dies") {
    script.stop();
    CHECK(log.committed(t0).value_or(0) == 0);
  }
}

TEST_CASE_FIXTURE(ConsumerFixture, "cat_G05 what is processed while a commit is under way counts") {
  config.auto_commit_interval(1000ms);
  log.append(t0, 3);
  CHECK(join({t0}).size() == 3);
  log.hold_commits(true);
  poll();
  script.advance(1100ms);
  CHECK(script.arrived(ApiKey::OffsetCommit) == 1);
  log.append(t0, 4);
  CHECK(poll().size() == 4);
  // All partitions go, while that commit still waits for its answer.
  log.assign({t1});
  script.advance(4s);
  poll();
  CHECK(log.joins() == 1);
  log.hold_commits(false);
  poll();
  CHECK(log.joins() == 2);
  CHECK(log.committed(t0) == 7);
  CHECK(log.refused_commits() == 0);
}

TEST_CASE_FIXTURE(ConsumerFixture, "cat_G05 a commit that does not get through holds up no group") {
  config.max_poll_interval(4000ms).session_timeout(3000ms).heartbeat_interval(500ms);
  log.append(t0, 3);
  CHECK(join({t0}).size() == 3);
  take_diary();
  log.hold_commits(true);
  log.assign({t1});
  script.advance(600ms);
  poll();
  CHECK(take_diary() == Values{"revoked t[0]"});
  CHECK(script.arrived(ApiKey::OffsetCommit) == 1);
  script.advance(1900ms);
  CHECK(log.joins() == 1);
  script.advance(200ms);
  CHECK(log.joins() == 2);
}

TEST_CASE_FIXTURE(ConsumerFixture, "cat_G10 only polls keep a member that does not work alive") {
  config.max_poll_interval(2000ms).session_timeout(1500ms).heartbeat_interval(500ms);
  join({t0});
  CHECK(take_diary() == Values{"assigned t[0]"});
  for (int i = 0; i < 10; ++i) {
    script.advance(300ms);
    (void)consumer().position(t0, 0ms);
    (void)consumer().pause(t0);
    (void)consumer().resume(t0);
    (void)consumer().assignment();
    consumer().commit_async();
  }
  CHECK(script.arrived(ApiKey::LeaveGroup) == 1);
  poll();
  poll();
  CHECK(take_diary() == Values{"lost t[0]", "assigned t[0]"});
  // One that polls stays, whatever it does between.
  for (int i = 0; i < 10; ++i) {
    script.advance(1900ms);
    poll();
  }
  CHECK(take_diary().empty());
}

TEST_CASE_FIXTURE(ConsumerFixture,
                  "consumer: calls that mean a lost ownership leave the new one alone") {
  log.append(t0, 3);
  config.session_timeout(1500ms).heartbeat_interval(500ms);
  CHECK(join({t0}).size() == 3);
  CHECK(take_diary() == Values{"assigned t[0]"});
  log.expel();
  script.advance(3s);
  REQUIRE(script.arrived(ApiKey::JoinGroup) == 2);  // and the application knows nothing
  CHECK(consumer().assignment().empty());
  CHECK(consumer().pause(t0).error() == ErrorCode::invalid_argument);
  CHECK(consumer().seek(t0, 0).error() == ErrorCode::invalid_argument);
  log.append(t0, 2);
  Values read;
  for (int i = 0; i < 4; ++i) {
    for (const std::string& value : poll()) read.push_back(value);
  }
  CHECK(take_diary() == Values{"lost t[0]", "assigned t[0]"});
  CHECK(consumer().assignment() == std::vector<TopicPartition>{t0});
  REQUIRE(read.size() >= 2);
  CHECK(read.back() == "t[0]@4");
}

TEST_CASE_FIXTURE(ConsumerFixture,
                  "cat_C22 the first leader after an assignment has to confirm the position") {
  config.metadata_max_age(60s);
  log.append(t0, 3);
  CHECK(join({t0}).size() == 3);
  consumer().seek(t0, {3, 0}).value();
  CHECK(poll().empty());
  REQUIRE(script.arrived(ApiKey::OffsetForLeaderEpoch) == 1);
  script.move_leader("t", 0, 2);
  script.advance(61s);
  CHECK(poll().empty());
  CHECK(script.arrived(ApiKey::OffsetForLeaderEpoch) == 2);
}

TEST_CASE_FIXTURE(ConsumerFixture, "cat_G13 of several partitions each starts where it should") {
  log.append(t0, 10);
  log.append(t1, 10);
  log.set_committed(t0, 8);
  log.set_committed(t1, 5);
  consumer().assign({t0, t1}).value();
  consumer().seek(t1, 9).value();
  Values read;
  for (int i = 0; i < 3; ++i) {
    for (const std::string& value : poll()) read.push_back(value);
  }
  std::ranges::sort(read);
  CHECK(read == Values{"t[0]@8", "t[0]@9", "t[1]@9"});
}

TEST_CASE_FIXTURE(ConsumerFixture,
                  "cat_G01 a partition that comes back starts where the group is") {
  log.append(t0, 5);
  config.auto_commit(false);
  CHECK(join({t0}).size() == 5);
  log.assign({t1});
  script.advance(4s);
  poll();
  poll();
  log.set_committed(t0, 2);  // by the member that had it meanwhile
  log.assign({t0});
  script.advance(4s);
  Values read;
  for (int i = 0; i < 4; ++i) {
    for (const std::string& value : poll()) read.push_back(value);
  }
  CHECK(read == Values{"t[0]@2", "t[0]@3", "t[0]@4"});
  // What this member read before it lost the partition is nothing to commit now.
  consumer().commit(1s).value();
  CHECK(log.committed(t0) == 5);
  CHECK(consumer().commit({{t1, {1}}}, 1s).error() == ErrorCode::illegal_generation);
  CHECK_FALSE(log.committed(t1).has_value());
}

TEST_CASE_FIXTURE(ConsumerFixture,
                  "consumer: a seek takes the place of the position that could not be found") {
  log.append(t0, 3);
  config.group("").offset_reset(OffsetReset::none());
  consumer().assign({t0}).value();
  script.advance(1s);  // the engine looks for a position, in vain, and nobody is told
  SUBCASE("to an offset") { consumer().seek(t0, 1).value(); }
  SUBCASE("to the beginning") { consumer().seek_to_beginning(t0).value(); }
  SUBCASE("but for others it is an error") {
    consumer().assign({t0, t1}).value();
    script.advance(1s);
    consumer().seek(t0, 1).value();
    const Result<Records> polled = consumer().poll(20ms);
    REQUIRE_FALSE(polled);
    CHECK(polled.error() == ErrorCode::no_offset);
    CHECK(polled.error().context().find("t[1]") != std::string::npos);
  }
  Values read;
  for (int i = 0; i < 4 && read.empty(); ++i) read = poll();
  REQUIRE_FALSE(read.empty());
  CHECK(read.back() == "t[0]@2");
}

TEST_CASE_FIXTURE(ConsumerFixture, "consumer: a destructor bears callbacks that throw") {
  log.append(t0, 3);
  log.assign({t0});
  RebalanceListener listener;
  listener.revoked = [](const auto&) { throw std::runtime_error("no"); };
  consumer().subscribe({"t"}, listener).value();
  CHECK(poll().size() == 3);
  made.reset();
  CHECK(script.arrived(ApiKey::LeaveGroup) == 1);
  CHECK(log.committed(t0) == 3);
}

TEST_CASE_FIXTURE(ConsumerFixture, "consumer: an exception on its way out commits nothing new") {
  config.auto_commit_interval(1h);
  log.append(t0, 3);
  log.assign({t0});
  const auto work = [&] {
    Consumer local = Consumer::create(runtime, config).value();
    local.subscribe({"t"}).value();
    std::size_t count = 0;
    while (count == 0) count = local.poll(20ms).value().size();
    log.append(t0, 4);
    while (count == 3) count += local.poll(20ms).value().size();
    throw std::runtime_error("while at work on the last four");
  };
  CHECK_THROWS_AS(work(), std::runtime_error);
  CHECK(log.committed(t0) == 3);
}
