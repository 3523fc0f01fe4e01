#include "tests/unit/client/core/producer/producer_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

// Bugs that other Kafka clients had, by their number in our catalogue: each must stay impossible.

using namespace std::chrono_literals;
using namespace barnabas;
using namespace barnabas::test;

namespace {

using Attempt = ProduceLog::Attempt;
using Decision = ProduceLog::Decision;

Decision refusal(ErrorCode code) {
  Decision decision;
  decision.append = false;
  decision.answer = code;
  return decision;
}

Decision lie(ErrorCode code) {  // appended, and denied
  Decision decision;
  decision.answer = code;
  return decision;
}

bool holds(const Attempt& attempt, const std::string& value) {
  return std::find(attempt.values.begin(), attempt.values.end(), value) != attempt.values.end();
}

/// Every record a batch of its own, so that several are under way at once.
struct ManyBatches : ProducerFixture {
  ManyBatches() { config.batch_size(1); }

  std::vector<Future<Delivery>> queue_all(const Values& values) {
    std::vector<Future<Delivery>> futures;
    for (const std::string& value : values) futures.push_back(queue(value));
    return futures;
  }
  static Values outcomes(const std::vector<Future<Delivery>>& futures) {
    Values all;
    for (const Future<Delivery>& future : futures) all.push_back(outcome(future.get(60s)));
    return all;
  }
};

}  // namespace

TEST_SUITE("producer catalog") {
  TEST_CASE_FIXTURE(ProducerFixture,
                    "cat_P01 a topic that vanishes from metadata keeps its place") {
    config.metadata_max_age(100ms);
    warm_up();
    Values expected{"warm"};
    script.topic("orders").error = ErrorCode::unknown_topic_or_partition;
    for (int i = 0; i < 10; ++i) {
      if (i == 7) script.topic("orders").error = ErrorCode::none;
      expected.push_back(std::to_string(i));
      CHECK(send(expected.back()).get(10s));
      script.advance(100ms);
    }
    CHECK(script.arrived(ApiKey::Metadata) >= 4);
    CHECK(log.values("orders", 0) == expected);
    std::set<std::tuple<std::int64_t, std::int16_t, std::int32_t>> used;
    for (const Attempt& attempt : log.attempts()) {
      const auto& header = attempt.header;
      CHECK(used.emplace(header.producer_id, header.producer_epoch, header.base_sequence).second);
    }
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P02 a connection lost around the append") {
    for (const bool appended : {true, false}) {
      CAPTURE(appended);
      const std::string value = appended ? "after" : "before";
      warm_up();
      log.decide([&](const Attempt&) -> std::optional<Decision> {
        Decision decision;
        decision.append = appended;
        decision.silent = true;
        return decision;
      });
      const Future<Delivery> future = send(value);
      CHECK(log.attempts().back().values == Values{value});
      log.decide({});
      script.disconnect(1);
      CHECK(future.get(10s));
      const Values all = log.values("orders", 0);
      CHECK(std::count(all.begin(), all.end(), value) == 1);
    }
    CHECK(producer().flush());
    CHECK(producer().metrics().epoch_bumps == 0);
  }

  TEST_CASE("cat_P03 a repetition is the same byte for byte") {
    for (const Codec codec : {Codec::none, Codec::gzip}) {
      ProducerFixture test;
      test.config.compression(codec);
      test.warm_up();
      test.log.refuse_next({ErrorCode::not_enough_replicas, ErrorCode::not_leader_or_follower});
      test.queue("a");
      CHECK(test.send("b").get(10s));
      const auto& attempts = test.log.attempts();
      REQUIRE(attempts.size() == 4);
      CHECK(attempts[1].values == Values{"a", "b"});
      CHECK(attempts[1].bytes == attempts[2].bytes);
      CHECK(attempts[1].bytes == attempts[3].bytes);
    }
  }

  TEST_CASE_FIXTURE(ManyBatches, "cat_P04 what follows a failed request is not out of order") {
    warm_up();
    log.refuse_next({ErrorCode::not_leader_or_follower});
    const auto futures = queue_all({"1", "2", "3", "4", "5"});
    CHECK(outcomes(futures) == Values{"ok@1", "ok@2", "ok@3", "ok@4", "ok@5"});
    CHECK(log.values("orders", 0) == Values{"warm", "1", "2", "3", "4", "5"});
    const auto out_of_order =
        std::count_if(log.attempts().begin(), log.attempts().end(), [](const Attempt& attempt) {
          return attempt.answer == ErrorCode::out_of_order_sequence_number;
        });
    CHECK(out_of_order == 4);
    CHECK(producer().metrics().epoch_bumps == 0);
  }

  TEST_CASE_FIXTURE(ManyBatches, "cat_P05 no new epoch before what is unresolved is resolved") {
    warm_up();
    bool first = true;
    log.decide([&](const Attempt& attempt) -> std::optional<Decision> {
      if (holds(attempt, "1") && std::exchange(first, false)) {
        return lie(ErrorCode::request_timed_out);
      }
      if (holds(attempt, "2")) return refusal(ErrorCode::unknown_server_error);
      return std::nullopt;
    });
    const auto futures = queue_all({"1", "2", "3"});
    CHECK(outcomes(futures) == Values{"ok@1", "UNKNOWN_SERVER_ERROR", "ok@2"});
    CHECK(log.values("orders", 0) == Values{"warm", "1", "3"});
    CHECK(producer().metrics().epoch_bumps == 1);
    const auto attempts = log.attempts("orders", 0);
    CHECK(attempts.back().header.producer_epoch == 1);
    CHECK(attempts.back().header.base_sequence == 0);
    // "1" was repeated under its first identity.
    for (const Attempt& attempt : attempts) {
      if (holds(attempt, "1")) CHECK(attempt.header.producer_epoch == 0);
    }
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P06 a new epoch begins at sequence 0 everywhere") {
    script.add_topic("pair", {1, 2});
    warm_up("pair", 0);
    warm_up("pair", 1);
    log.refuse_next({ErrorCode::out_of_order_sequence_number});
    CHECK(send("a", "pair", 0).get(10s));
    CHECK(send("b", "pair", 1).get(10s));
    for (const int partition : {0, 1}) {
      const records::BatchHeader header = log.attempts("pair", partition).back().header;
      CHECK(header.producer_epoch == 1);
      CHECK(header.base_sequence == 0);
    }
    CHECK(producer().metrics().epoch_bumps == 1);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P07 after the last epoch comes a new producer id") {
    log.next_epoch = 32766;
    warm_up();
    for (int bump = 0; bump < 3; ++bump) {
      log.refuse_next({ErrorCode::out_of_order_sequence_number});
      CHECK(send(std::to_string(bump)).get(10s));
    }
    CHECK(log.values("orders", 0) == Values{"warm", "0", "1", "2"});
    CHECK(log.ids_given == 2);
    const records::BatchHeader last = log.attempts().back().header;
    CHECK(last.producer_id == 1001);
    CHECK(last.producer_epoch == 1);
  }

  TEST_CASE("cat_P09 repetitions keep the order where it is promised") {
    for (const int in_flight : {1, 5}) {
      for (const bool idempotent : {false, true}) {
        for (std::size_t failing = 0; failing < 5; ++failing) {
          for (const ErrorCode code :
               {ErrorCode::not_leader_or_follower, ErrorCode::request_timed_out}) {
            CAPTURE(in_flight);
            CAPTURE(idempotent);
            CAPTURE(failing);
            CAPTURE(code);
            ManyBatches test;
            test.config.max_in_flight(in_flight).idempotence(idempotent);
            test.warm_up();
            std::size_t seen = 0;
            test.log.decide([&](const Attempt&) -> std::optional<Decision> {
              if (seen++ != failing) return std::nullopt;
              return code == ErrorCode::request_timed_out ? lie(code) : refusal(code);
            });
            const auto futures = test.queue_all({"1", "2", "3", "4", "5"});
            for (const auto& future : futures) CHECK(future.get(60s));
            Values stored = test.log.values("orders", 0);
            if (idempotent) {
              CHECK(stored == Values{"warm", "1", "2", "3", "4", "5"});
            } else if (in_flight == 1) {  // repeated, never reordered
              stored.erase(std::unique(stored.begin(), stored.end()), stored.end());
              CHECK(stored == Values{"warm", "1", "2", "3", "4", "5"});
            }
          }
        }
      }
    }
  }

  TEST_CASE_FIXTURE(ManyBatches,
                    "cat_P10 what is sent during a repetition has a sequence as well") {
    warm_up();
    log.refuse_next({ErrorCode::not_enough_replicas});
    queue("1");
    script.settle();
    auto futures = queue_all({"2", "3"});
    CHECK(outcomes(futures) == Values{"ok@2", "ok@3"});
    std::int32_t expected = 0;
    std::set<std::int32_t> seen;
    for (const Attempt& attempt : log.attempts()) {
      CHECK(attempt.header.producer_id == 1000);
      if (seen.insert(attempt.header.base_sequence).second) {
        CHECK(attempt.header.base_sequence == expected++);
      }
    }
    CHECK(expected == 4);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P11 memory is not reused while the network has it") {
    script.add_topic("other", {1});
    config.buffer_memory(64 * 1024).linger(500ms).delivery_timeout(1000ms).when_full(
        WhenFull::fail);
    warm_up();
    script.network().stall_writes = true;
    const std::string secret(20'000, 's');
    const Future<Delivery> expired =
        send(secret);  // goes out after 0.5 s, answers have until 1.5 s
    script.advance(1200ms);
    CHECK(outcome(expired) == "DELIVERY_TIMED_OUT");
    CHECK(producer().metrics().buffer_used > 20'000);
    for (int i = 0; i < 30; ++i) queue(std::string(900, 'o'), "other");
    script.network().release_writes();
    script.settle();
    REQUIRE(log.attempts().size() >= 2);
    CHECK(log.attempts()[1].partition.topic == "orders");
    CHECK(log.attempts()[1].values == Values{secret});
    CHECK(producer().metrics().buffer_used < 40'000);
  }

  TEST_CASE_FIXTURE(ProducerFixture,
                    "cat_P12 batches that are too large are halved until they fit") {
    config.max_request_size(9'000'000).batch_size(8'000'000).buffer_memory(64'000'000);
    warm_up();
    std::vector<Future<Delivery>> futures;
    Values expected{"warm"};
    for (int i = 0; i < 80; ++i) {
      expected.push_back(std::to_string(i) + std::string(98'000, 'x'));
      futures.push_back(queue(expected.back()));
    }
    const std::size_t before = log.attempts().size();
    for (std::size_t i = 0; i < futures.size(); ++i) {
      CHECK(outcome(futures[i].get(60s)) == "ok@" + std::to_string(i + 1));
    }
    CHECK(log.values("orders", 0) == expected);
    // 8 MB, 2 of 4 MB, 4 of 2 MB, 8 of 1 MB, and what was under way behind a refused one.
    CHECK(log.attempts().size() - before <= 40);
    CHECK(producer().metrics().batches_split == 7);
    // From now on batches are made smaller.
    const std::size_t middle = log.attempts().size();
    for (int i = 0; i < 20; ++i) queue(std::string(98'000, 'y'));
    CHECK(producer().flush());
    CHECK(producer().metrics().batches_split == 7);
    CHECK(log.attempts().size() - middle <= 3);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P12 a single record that is too large fails once") {
    config.max_request_size(9'000'000).batch_size(8'000'000);
    warm_up();
    const std::size_t before = log.attempts().size();
    CHECK(outcome(send(std::string(2'000'000, 'x')).get(60s)) == "MESSAGE_TOO_LARGE");
    CHECK(log.attempts().size() == before + 1);
    CHECK(outcome(send("small").get(10s)) == "ok@1");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P13 each record of a batch cut in two ends once") {
    config.delivery_timeout(2000ms);
    warm_up();
    log.set_max_batch(500);
    bool answering = true;
    log.decide([&](const Attempt& attempt) -> std::optional<Decision> {
      if (answering || attempt.bytes.size() > 500) return std::nullopt;
      return refusal(ErrorCode::not_enough_replicas);  // halves wait until they expire
    });
    answering = false;
    std::map<int, int> calls;
    for (int i = 0; i < 4; ++i) {
      producer().send(Record("orders").value(std::string(150, 'x')),
                      [&calls, i](const Result<Delivery>& result) {
                        ++calls[i];
                        CHECK(outcome(result) == "DELIVERY_TIMED_OUT");
                      });
    }
    script.advance(10s);
    CHECK(calls == std::map<int, int>{{0, 1}, {1, 1}, {2, 1}, {3, 1}});
    CHECK(producer().metrics().batches_split == 1);
    log.decide({});
    CHECK(send("next").get(10s));
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P14 flush waits for both halves of a batch") {
    warm_up();
    log.set_max_batch(500);
    bool hold = true;
    log.decide([&](const Attempt& attempt) -> std::optional<Decision> {
      if (!hold || !holds(attempt, "last")) return std::nullopt;
      if (attempt.bytes.size() > 500) return std::nullopt;
      return refusal(ErrorCode::not_enough_replicas);
    });
    const Future<Delivery> first = queue(std::string(300, 'a'));
    queue(std::string(150, 'b'));
    const Future<Delivery> last = queue("last");
    const Future<void> flushed = producer().flush_async();
    script.advance(1s);
    CHECK_FALSE(flushed.is_ready());
    hold = false;
    script.advance(5s);
    CHECK(flushed.is_ready());
    CHECK(first.is_ready());
    CHECK(last.is_ready());
    CHECK(log.values("orders", 0).size() == 4);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P16 a storage error is retried") {
    log.refuse_next({ErrorCode::kafka_storage_error});
    CHECK(outcome(send("a").get(10s)) == "ok@0");
    CHECK(log.values("orders", 0) == Values{"a"});
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P17 an invalid record is told from its neighbours") {
    warm_up();
    bool once = true;
    log.decide([&](const Attempt&) -> std::optional<Decision> {
      if (!std::exchange(once, false)) return std::nullopt;
      Decision decision = refusal(ErrorCode::invalid_record);
      decision.bad_records = {1};
      return decision;
    });
    const Future<Delivery> good = queue("good");
    const Future<Delivery> bad = queue("bad");
    const Future<Delivery> other = queue("other");
    CHECK(outcome(good.get(10s)) == "OPERATION_NOT_ATTEMPTED");
    CHECK(outcome(bad.get(10s)) == "INVALID_RECORD");
    CHECK(outcome(other.get(10s)) == "OPERATION_NOT_ATTEMPTED");
    CHECK(outcome(send("next").get(10s)) == "ok@1");

    log.refuse_next({ErrorCode::corrupt_message});
    CHECK(outcome(send("damaged").get(10s)) == "ok@2");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P18 a duplicate sequence is success without an offset") {
    warm_up();
    log.refuse_next({ErrorCode::duplicate_sequence_number});
    const Result<Delivery> delivery = send("a").get(10s);
    REQUIRE(delivery);
    CHECK_FALSE(delivery->has_offset());
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P19 a broker that forgot the producer is no error") {
    warm_up();
    log.forget_producers();  // Kafka since 2.4 then accepts any sequence
    CHECK(send("a").get(10s));
    log.refuse_next({ErrorCode::unknown_producer_id});  // before
    CHECK(send("b").get(10s));
    log.refuse_next({ErrorCode::out_of_order_sequence_number});
    CHECK(send("c").get(10s));
    CHECK(log.values("orders", 0) == Values{"warm", "a", "b", "c"});
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P22 partitions without a leader keep their records") {
    script.add_topic("headless", {1, 1});
    for (auto& partition : script.topic("headless").partitions) {
      partition.leader = -1;
      partition.error = ErrorCode::leader_not_available;
    }
    const Future<Delivery> first = send("a", "headless", 0);
    const Future<Delivery> second = send("b", "headless", 1);
    script.advance(5s);
    CHECK(outcome(first) == "pending");
    for (auto& partition : script.topic("headless").partitions) {
      partition = {1, 1, ErrorCode::none};
    }
    CHECK(outcome(first.get(3s)) == "ok@0");
    CHECK(outcome(second.get(3s)) == "ok@0");
  }

  TEST_CASE_FIXTURE(ManyBatches, "cat_P23 purge reaches partitions whose leader moves") {
    warm_up();
    log.decide([](const Attempt&) -> std::optional<Decision> {
      Decision decision;
      decision.append = false;
      decision.silent = true;
      return decision;
    });
    auto futures = queue_all({"1", "2", "3", "4", "5", "6", "7"});
    script.settle();
    script.move_leader("orders", 0, 2);
    producer().purge();
    script.settle();
    for (const auto& future : futures) CHECK(outcome(future) == "CANCELLED");
    CHECK(producer().metrics().records_queued == 0);
    CHECK_FALSE(producer().flush(1s));  // reports what was purged
    CHECK(producer().flush(1s));
    log.decide({});
    script.disconnect(1);
    CHECK(outcome(send("next").get(10s)) == "ok@1");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P24 without linger nothing waits for time to pass") {
    warm_up();
    const Instant before = script.now().monotonic;
    for (int i = 0; i < 10; ++i) CHECK(outcome(send("x")) == "ok@" + std::to_string(i + 1));
    CHECK(script.now().monotonic == before);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P25 records with headers that go nowhere") {
    config.max_block(1000ms);
    warm_up();
    const Record record =
        Record("orders").value("v").header("a", "1").header("a", std::nullopt).partition(99);
    CHECK(outcome(producer().send(record).get(5s)) == "UNKNOWN_TOPIC_OR_PARTITION");
    int calls = 0;
    producer().send(Record("missing").value("v").header("h", std::string(1000, 'h')),
                    [&](const Result<Delivery>& result) {
                      ++calls;
                      CHECK(outcome(result) == "UNKNOWN_TOPIC_OR_PARTITION");
                    });
    script.advance(5s);
    CHECK(calls == 1);
  }

  TEST_CASE_FIXTURE(ProducerFixture,
                    "cat_P26 a topic is deleted and created anew, again and again") {
    warm_up();
    for (int round = 0; round < 100; ++round) {
      queue("lost or not " + std::to_string(round));
      script.remove_topic("orders");
      log.erase("orders");
      script.settle();
      script.add_topic("orders", {1 + round % 2});
      const Result<Delivery> delivery = send(std::to_string(round)).get(30s);
      CHECK(outcome(delivery).substr(0, 2) == "ok");
      CHECK(log.values("orders", 0).back() == std::to_string(round));
    }
    CHECK(producer().metrics().records_queued == 0);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P27 leaders that are named before they accept writes") {
    script.add_topic("young", std::vector<std::int32_t>(200, 1));
    config.batch_size(1);
    std::map<std::int32_t, int> refused;
    log.decide([&](const Attempt& attempt) -> std::optional<Decision> {
      if (++refused[attempt.partition.partition] > 2) return std::nullopt;
      return refusal(ErrorCode::not_leader_or_follower);
    });
    for (int round = 0; round < 3; ++round) {
      for (int partition = 0; partition < 200; ++partition) {
        queue(std::to_string(round), "young", partition);
      }
    }
    CHECK(producer().flush(5s));
    for (int partition = 0; partition < 200; ++partition) {
      CHECK(log.values("young", partition) == Values{"0", "1", "2"});
    }
    CHECK(producer().metrics().epoch_bumps == 0);
  }
}
