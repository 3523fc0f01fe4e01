#include "tests/end_to_end/fault_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Whatever goes wrong between them, a producer's records are stored once and in order.

using namespace barnabas;
using namespace barnabas::test;
using namespace std::chrono_literals;

TEST_CASE("produce faults: errors that pass are retried, once and in order") {
  for (const ErrorCode code :
       {ErrorCode::not_leader_or_follower, ErrorCode::leader_not_available,
        ErrorCode::not_enough_replicas, ErrorCode::request_timed_out,
        ErrorCode::kafka_storage_error, ErrorCode::unknown_topic_or_partition,
        ErrorCode::network_exception, ErrorCode::corrupt_message, ErrorCode::unknown_topic_id}) {
    CAPTURE(static_cast<int>(code));
    FaultFixture f(1, 3);
    Producer producer(f.producer_config());
    f.send(producer, 3);
    producer.flush().value();
    const FaultId fault = f.broker.inject(Fault::error(ApiKey::Produce, code).times(3));
    f.send(producer, 30);
    CHECK(producer.flush(20s).has_value());
    f.check_log();
    CHECK(f.broker.hits(fault) == 3);
  }
}

TEST_CASE(
    "produce faults: answers that never come, or come damaged, after the records were stored") {
  const std::vector<std::pair<std::string, Fault>> faults{
      {"disconnect after", Fault::disconnect_after(ApiKey::Produce)},
      {"disconnect before", Fault::disconnect_before(ApiKey::Produce)},
      {"drop response", Fault::drop_response(ApiKey::Produce)},
      {"drop request", Fault::drop_request(ApiKey::Produce)},
      {"cut in the length", Fault::cut_response(ApiKey::Produce, 2)},
      {"cut in the body", Fault::cut_response(ApiKey::Produce, 20)},
      {"damaged body", Fault::corrupt_response(ApiKey::Produce, 14)},
      {"wrong correlation id", Fault::wrong_correlation_id(ApiKey::Produce)},
      {"late", Fault::delay_response(ApiKey::Produce, 700ms)},
      {"late before", Fault::delay(ApiKey::Produce, 700ms)}};
  for (const auto& each : faults) {
    const auto& name = each.first;
    const Fault& fault = each.second;
    CAPTURE(name);
    FaultFixture f(1, 2);
    Producer producer(f.producer_config().request_timeout(300ms));
    f.send(producer, 2);
    producer.flush().value();
    const FaultId id = f.broker.inject(fault.times(2));
    f.send(producer, 20);
    CHECK(producer.flush(20s).has_value());
    f.check_log();
    CHECK(f.broker.hits(id) == 2);
  }
}

TEST_CASE("produce faults: without idempotence an unanswered request leaves a duplicate") {
  // What the checks above would see if the producer did not number its batches.
  FaultFixture f(1, 1);
  f.broker.inject(Fault::disconnect_after(ApiKey::Produce));
  Producer producer(f.producer_config().idempotence(false));
  f.send(producer, 1);
  CHECK(producer.flush(20s).has_value());
  CHECK(f.broker.log("t", 0).size() == 2);
}

TEST_CASE("produce faults: other requests fail on the way") {
  for (const ApiKey api : {ApiKey::ApiVersions, ApiKey::Metadata, ApiKey::InitProducerId}) {
    for (const Fault& fault : {Fault::disconnect_after(api), Fault::drop_response(api),
                               Fault::cut_response(api, 9), Fault::wrong_correlation_id(api)}) {
      FaultFixture f(1, 2);
      f.broker.inject(fault.times(2));
      Producer producer(f.producer_config().request_timeout(200ms));
      f.send(producer, 10);
      CHECK(producer.flush(20s).has_value());
      f.check_log();
    }
  }
  for (const ErrorCode code : {ErrorCode::coordinator_load_in_progress,
                               ErrorCode::coordinator_not_available, ErrorCode::not_coordinator}) {
    FaultFixture f(1, 1);
    f.broker.inject(Fault::error(ApiKey::InitProducerId, code).times(2));
    Producer producer(f.producer_config());
    f.send(producer, 5);
    CHECK(producer.flush(20s).has_value());
    f.check_log();
  }
}

TEST_CASE("produce faults: leaders move, nodes stop and start") {
  FaultFixture f(3, 4);
  Producer producer(f.producer_config());
  for (int round = 0; round < 8; ++round) {
    for (int partition = 0; partition < 4; ++partition) {
      f.broker.move_leader({"t", partition}, 1 + (round + partition) % 3).value();
    }
    f.send(producer, 40);
    const std::int32_t node = 1 + round % 3;
    f.broker.stop_node(node).value();
    f.send(producer, 40);
    f.broker.start_node(node).value();
    f.send(producer, 40);
  }
  CHECK(producer.flush(30s).has_value());
  f.check_log();
}

TEST_CASE("produce faults: the broker restarts, and loses its power") {
  for (const char* policy : {"always", "interval"}) {
    CAPTURE(policy);
    BrokerConfig config;
    REQUIRE(config.set("barnabas.fsync", policy));
    FaultFixture f(1, 2, config);
    Producer producer(f.producer_config());
    for (int round = 0; round < 4; ++round) {
      f.send(producer, 30);
      f.broker.restart().value();
      f.send(producer, 30);
      // Without fsync before the answer a loss of power may take what was acknowledged.
      if (policy == std::string("always")) f.broker.crash().value();
    }
    CHECK(producer.flush(30s).has_value());
    f.check_log();
  }
}

TEST_CASE("produce faults: partitions are added while records are sent") {
  FaultFixture f(1, 1);
  Producer producer(f.producer_config().metadata_max_age(50ms));
  Admin admin(f.broker.bootstrap());
  f.send(producer, 20);
  REQUIRE(admin.create_partitions({NewPartitions("t", 4)}).get().value().front().second);
  REQUIRE(f.eventually([&] { return producer.partitions_for("t").value().size() == 4; }));
  f.partitions = 4;
  f.send(producer, 40);
  CHECK(producer.flush(20s).has_value());
  f.check_log();
}

TEST_CASE("produce faults: a topic is deleted and made again, again and again") {
  FaultFixture f(1, 2);
  Producer producer(f.producer_config().metadata_max_age(50ms));
  for (int round = 0; round < 10; ++round) {
    f.broker.delete_topic("t").value();
    f.broker.create_topic("t", 2).value();
    // Records on their way to the old topic may get lost with it; those behind them may not.
    const Result<Delivery> first = producer.send(Record("t").partition(0).value("-1")).get();
    REQUIRE(first.has_value());
    f.sent.clear();
    f.send(producer, 10);
    CHECK(producer.flush(20s).has_value());
    f.check_log(1);
  }
}

TEST_CASE("cat_P21: a full buffer, with senders that wait, drains") {
  FaultFixture f(1, 1);
  const FaultId hold = f.broker.inject(Fault::hold(ApiKey::Produce).always());
  Producer producer(f.producer_config().buffer_memory(200'000).batch_size(20'000));
  std::atomic<int> delivered = 0;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender) {
    senders.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        producer.send(Record("t").partition(0).value(std::string(2'000, 'x')),
                      [&](const Result<Delivery>& result) { delivered += result ? 1 : 0; });
      }
    });
  }
  REQUIRE(f.eventually([&] { return f.broker.hits(hold) > 0; }));
  f.broker.release(hold);
  for (std::thread& sender : senders) sender.join();
  CHECK(producer.flush(20s).has_value());
  CHECK(delivered == 400);
  CHECK(f.broker.log("t", 0).size() == 400);
}

TEST_CASE("cat_P22: partitions without a leader for a while") {
  FaultFixture f(1, 1);
  f.broker.inject(Fault::error(ApiKey::Metadata, ErrorCode::leader_not_available).times(6));
  Producer producer(f.producer_config());
  f.send(producer, 5);
  CHECK(producer.flush(20s).has_value());
  f.check_log();
}

// What it is about shows under the thread sanitizer (stage tsan).
TEST_CASE("cat_P20: threads send while metadata changes under them") {
  constexpr int senders = 3;
  constexpr int records = 400;
  FaultFixture f(2, senders);
  Producer producer(f.producer_config().metadata_max_age(10ms));
  std::atomic<int> running = senders;
  std::vector<std::thread> threads;
  for (int sender = 0; sender < senders; ++sender) {
    threads.emplace_back([&, sender] {
      for (int i = 0; i < records; ++i) {
        producer.send(Record("t").partition(sender).value(std::to_string(i)));
        // Topics that nobody has heard of yet.
        if (i % 40 == 0) producer.send("new-" + std::to_string(sender), std::to_string(i));
      }
      --running;
    });
  }
  for (int round = 0; running > 0 || round < 20; ++round) {
    f.broker.move_leader({"t", round % senders}, 1 + round / senders % 2).value();
    if (round == 10) f.broker.restart().value();
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(producer.flush(30s).has_value());
  for (int sender = 0; sender < senders; ++sender) {
    for (int i = 0; i < records; ++i) f.sent[sender].push_back(i);
    CHECK(f.broker.log("new-" + std::to_string(sender), 0).size() == records / 40);
  }
  f.check_log();
}
