#include "tests/end_to_end/fault_fixture.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

// Whatever goes wrong between them, a group reads every record once and in order.

using namespace barnabas;
using namespace barnabas::test;
using namespace std::chrono_literals;

namespace {

/// Reads all that was sent, as the only member of a group that comes twice.
void read_in_group(FaultFixture& f, std::chrono::milliseconds request_timeout = 2s) {
  Reading reading;
  const std::size_t total = static_cast<std::size_t>(f.produced);
  for (const std::size_t wanted : {total / 2, total}) {
    Consumer consumer(f.member_config("g").request_timeout(request_timeout).max_poll_records(5));
    consumer.subscribe({"t"}).value();
    REQUIRE(f.eventually([&] {
      if (reading.count >= wanted) return true;
      const Result<Records> records = consumer.poll(50ms);
      REQUIRE_MESSAGE(records.has_value(), records.error().to_string());
      reading.add(*records);
      return reading.count >= wanted;
    }));
    CHECK(consumer.close(10s).has_value());
  }
  CHECK(reading.count == total);
  CHECK(reading.values == f.sent);
}

void fill(FaultFixture& f) {
  Producer producer(f.producer_config());
  f.send(producer, 40);
  producer.flush().value();
}

}  // namespace

TEST_CASE("consume faults: errors that pass, of every kind of request") {
  using E = ErrorCode;
  const std::vector<std::pair<ApiKey, std::vector<E>>> errors{
      {ApiKey::Metadata, {E::leader_not_available, E::unknown_topic_or_partition}},
      {ApiKey::FindCoordinator, {E::coordinator_not_available, E::coordinator_load_in_progress}},
      {ApiKey::JoinGroup,
       {E::coordinator_load_in_progress, E::not_coordinator, E::coordinator_not_available,
        E::unknown_member_id, E::rebalance_in_progress}},
      {ApiKey::SyncGroup,
       {E::not_coordinator, E::rebalance_in_progress, E::unknown_member_id, E::illegal_generation,
        E::coordinator_load_in_progress}},
      {ApiKey::Heartbeat,
       {E::not_coordinator, E::rebalance_in_progress, E::coordinator_not_available}},
      {ApiKey::OffsetFetch,
       {E::not_coordinator, E::coordinator_load_in_progress, E::unstable_offset_commit}},
      {ApiKey::OffsetCommit,
       {E::not_coordinator, E::coordinator_load_in_progress, E::coordinator_not_available,
        E::request_timed_out}},
      {ApiKey::ListOffsets,
       {E::not_leader_or_follower, E::leader_not_available, E::unknown_topic_or_partition,
        E::kafka_storage_error, E::offset_not_available, E::fenced_leader_epoch}},
      {ApiKey::Fetch,
       {E::not_leader_or_follower, E::leader_not_available, E::unknown_topic_or_partition,
        E::kafka_storage_error, E::offset_not_available, E::fenced_leader_epoch,
        E::unknown_leader_epoch, E::fetch_session_id_not_found, E::invalid_fetch_session_epoch,
        E::unknown_topic_id, E::replica_not_available}},
  };
  for (const auto& each : errors) {
    const ApiKey api = each.first;
    for (const E code : each.second) {
      CAPTURE(static_cast<int>(api));
      CAPTURE(static_cast<int>(code));
      FaultFixture f(1, 2);
      fill(f);
      f.broker.inject(Fault::error(api, code).times(2));
      read_in_group(f);
    }
  }
}

TEST_CASE("consume faults: answers that never come, or come damaged") {
  for (const ApiKey api : {ApiKey::Metadata, ApiKey::FindCoordinator, ApiKey::JoinGroup,
                           ApiKey::SyncGroup, ApiKey::Heartbeat, ApiKey::OffsetFetch,
                           ApiKey::OffsetCommit, ApiKey::ListOffsets, ApiKey::Fetch}) {
    for (const Fault& fault : {Fault::disconnect_after(api), Fault::disconnect_before(api),
                               Fault::drop_response(api), Fault::cut_response(api, 11)}) {
      CAPTURE(static_cast<int>(api));
      FaultFixture f(1, 2);
      fill(f);
      f.broker.inject(fault);
      read_in_group(f, 300ms);
    }
  }
}

TEST_CASE("consume faults: leaders and the coordinator move, nodes stop and start") {
  FaultFixture f(3, 3);
  Producer producer(f.producer_config());
  Consumer consumer(f.member_config("g"));
  consumer.subscribe({"t"}).value();
  Reading reading;
  for (int round = 0; round < 6; ++round) {
    f.send(producer, 30);
    f.broker.move_coordinator("g", 1 + round % 3).value();
    f.broker.move_leader({"t", round % 3}, 1 + (round + 1) % 3).value();
    const std::int32_t node = 1 + (round + 2) % 3;
    f.broker.stop_node(node).value();
    REQUIRE(f.eventually([&] {
      const Result<Records> records = consumer.poll(20ms);
      REQUIRE_MESSAGE(records.has_value(), records.error().to_string());
      reading.add(*records);
      return reading.count >= static_cast<std::size_t>(f.produced);
    }));
    consumer.commit().value();
    f.broker.start_node(node).value();
  }
  CHECK(reading.values == f.sent);
}

TEST_CASE("consume faults: the broker restarts under a group") {
  BrokerConfig config;
  REQUIRE(config.set("barnabas.fsync", "always"));
  FaultFixture f(1, 2, config);
  Producer producer(f.producer_config());
  Consumer consumer(f.member_config("g").auto_commit(false));
  consumer.subscribe({"t"}).value();
  Reading reading;
  for (int round = 0; round < 4; ++round) {
    f.send(producer, 20);
    REQUIRE(f.eventually([&] {
      const Result<Records> records = consumer.poll(20ms);
      REQUIRE_MESSAGE(records.has_value(), records.error().to_string());
      reading.add(*records);
      return reading.count >= static_cast<std::size_t>(f.produced);
    }));
    consumer.commit().value();
    if (round % 2 == 0) {
      f.broker.restart().value();
    } else {
      f.broker.crash().value();
    }
    CHECK(consumer.committed({"t", 0}).value()->offset == 10 * (round + 1));
  }
  CHECK(reading.values == f.sent);
}

TEST_CASE("consume faults: partitions are added while a group reads") {
  FaultFixture f(1, 1);
  Producer producer(f.producer_config().metadata_max_age(50ms));
  Consumer consumer(f.member_config("g").metadata_max_age(50ms));
  consumer.subscribe({"t"}).value();
  REQUIRE(f.poll_until(consumer, [&] { return consumer.assignment().size() == 1; }));
  Admin admin(f.broker.bootstrap());
  REQUIRE(admin.create_partitions({NewPartitions("t", 3)}).get().value().front().second);
  REQUIRE(f.eventually([&] { return producer.partitions_for("t").value().size() == 3; }));
  f.partitions = 3;
  f.send(producer, 30);
  Reading reading;
  REQUIRE(f.eventually([&] {
    reading.add(consumer.poll(20ms).value());
    return reading.count >= 30;
  }));
  CHECK(reading.values == f.sent);
  CHECK(consumer.assignment().size() == 3);
}

TEST_CASE("cat_C28: a topic is deleted under a consumer, which then closes in no time") {
  FaultFixture f(1, 2);
  fill(f);
  Consumer consumer(f.member_config("g").metadata_max_age(50ms));
  consumer.subscribe({"t"}).value();
  Reading reading;
  REQUIRE(f.eventually([&] {
    reading.add(consumer.poll(20ms).value());
    return reading.count == 40;
  }));
  f.broker.delete_topic("t").value();
  for (int i = 0; i < 5; ++i) (void)consumer.poll(20ms);
  const auto begin = std::chrono::steady_clock::now();
  (void)consumer.close(5s);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("cat_C18: a disconnect during a look-up changes no position") {
  for (const ApiKey api : {ApiKey::ListOffsets, ApiKey::OffsetForLeaderEpoch}) {
    FaultFixture f(2, 1);
    fill(f);
    Consumer consumer(f.member_config("").max_poll_records(10).offset_reset(OffsetReset::none()));
    consumer.assign({{"t", 0}}).value();
    consumer.seek({"t", 0}, 15).value();
    f.broker.inject(Fault::disconnect_before(api).times(3));
    f.broker.move_leader({"t", 0}, f.broker.leader({"t", 0}) == 1 ? 2 : 1).value();
    (void)consumer.end_offsets({{"t", 0}}).value();
    std::optional<std::int64_t> first;
    REQUIRE(f.eventually([&] {
      for (const ConsumerRecord& record : consumer.poll(20ms).value()) {
        if (!first) first = record.offset();
      }
      return first.has_value();
    }));
    CHECK(*first == 15);
  }
}

TEST_CASE("cat_C06: a record larger than the fetch size does not stop the consumer") {
  FaultFixture f(1, 1);
  Producer producer(f.producer_config());
  for (int i = 0; i < 3; ++i) {
    producer.send(Record("t").partition(0).value(std::string(300'000, 'x')));
    producer.send(Record("t").partition(0).value("small"));
  }
  producer.flush().value();
  Consumer consumer(f.member_config("").fetch_max_bytes(20'000).max_partition_fetch_bytes(10'000));
  consumer.assign({{"t", 0}}).value();
  std::size_t count = 0;
  REQUIRE(f.eventually([&] {
    count += consumer.poll(20ms).value().size();
    return count == 6;
  }));
}

TEST_CASE("cat_G11: unsubscribing tells the group at once") {
  FaultFixture f(1, 2);
  Consumer a(f.member_config("g").session_timeout(45s).max_poll_interval(60s));
  Consumer b(f.member_config("g").session_timeout(45s).max_poll_interval(60s));
  a.subscribe({"t"}).value();
  b.subscribe({"t"}).value();
  REQUIRE(f.poll_both_until(
      a, b, [&] { return a.assignment().size() == 1 && b.assignment().size() == 1; }));
  a.unsubscribe().value();
  // Without leaving b would take over only after a's session timeout.
  REQUIRE(f.poll_until(b, [&] { return b.assignment().size() == 2; }));
}

TEST_CASE("cat_N16: calls end in time when the broker answers nothing") {
  FaultFixture f(1, 1);
  fill(f);
  Consumer consumer(f.member_config("g"));
  consumer.assign({{"t", 0}}).value();
  (void)consumer.position({"t", 0}).value();
  f.broker.inject(Fault::hold(any_api).always());
  const auto limited = [&](const auto& call) {
    const auto begin = std::chrono::steady_clock::now();
    CHECK(!call());
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(took >= 190ms);
    CHECK(took < 5s);  // generous: the machine may be busy
  };
  limited([&] { return consumer.commit({{{"t", 0}, 1}}, 200ms).has_value(); });
  limited([&] { return consumer.committed({"t", 0}, 200ms).has_value(); });
  limited([&] { return consumer.end_offsets({{"t", 0}}, 200ms).has_value(); });
  limited([&] { return consumer.beginning_offsets({{"t", 0}}, 200ms).has_value(); });
  limited([&] { return consumer.partitions_for("other", 200ms).has_value(); });
  Producer producer(f.producer_config());
  producer.send(Record("t").partition(0).value("x"));
  limited([&] { return producer.flush(200ms).has_value(); });
  limited([&] { return producer.close(200ms).has_value(); });
}
