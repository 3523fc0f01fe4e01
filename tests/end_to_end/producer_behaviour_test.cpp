#include <barnabas/broker.hpp>
#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

// What users of producers expect, over loopback.

using namespace barnabas;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

ProducerConfig config(const Broker& broker) {
  return ProducerConfig().bootstrap_servers(broker.bootstrap());
}

/// Runs on its own until it ends.
struct Job {
  struct promise_type {
    Job get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

bool eventually(const std::function<bool()>& condition) {
  const auto end = Clock::now() + 20s;
  while (Clock::now() < end) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

/// A small buffer whose content goes nowhere until `release`.
struct FullBuffer {
  explicit FullBuffer(WhenFull when_full, std::chrono::milliseconds max_block = 60s)
      : producer(config(broker)
                     .buffer_memory(64 * 1024)
                     .when_full(when_full)
                     .max_block(max_block)
                     .linger(0ms)) {
    broker.create_topic("t").value();
    producer.send("t", "warm").get(20s).value();
    held = broker.inject(Fault::hold(ApiKey::Produce).always());
  }
  std::string value = std::string(8'000, 'x');
  Broker broker;
  Producer producer;
  FaultId held{};
};

}  // namespace

TEST_CASE("producer behaviour: full buffer, fail") {
  FullBuffer f(WhenFull::fail);
  std::vector<Future<Delivery>> accepted;
  Result<Delivery> refused = Delivery();
  REQUIRE(eventually([&] {
    Future<Delivery> future = f.producer.send("t", f.value);
    if (future.is_ready() && !future.get()) {
      refused = future.get();
      return true;
    }
    accepted.push_back(std::move(future));
    return false;
  }));
  CHECK(refused.error() == ErrorCode::buffer_full);
  CHECK(accepted.size() >= 4);
  CHECK(accepted.size() <= 8);
  CHECK(f.producer.metrics().buffer_used <= 64 * 1024);
  f.broker.release(f.held);
  for (const auto& future : accepted) CHECK(future.get(20s));
  CHECK(f.producer.send("t", f.value).get(20s));
}

TEST_CASE("producer behaviour: full buffer, wait, for as long as it takes or is allowed") {
  FullBuffer f(WhenFull::wait);
  std::atomic<int> sent = 0;
  std::thread sender([&] {
    for (int i = 0; i < 30; ++i, ++sent) f.producer.send("t", f.value);
  });
  REQUIRE(eventually([&] { return sent >= 4; }));
  f.broker.release(f.held);
  sender.join();
  CHECK(f.producer.flush());
  CHECK(f.broker.log("t", 0).size() == 31);

  FullBuffer g(WhenFull::wait, 50ms);
  Result<Delivery> refused = Delivery();
  for (int i = 0; i < 20 && refused; ++i) {
    const Future<Delivery> future = g.producer.send("t", g.value);
    if (future.is_ready()) refused = future.get();
  }
  REQUIRE(!refused);
  CHECK(refused.error() == ErrorCode::buffer_full);
  CHECK(refused.error().context().find("max.block.ms") != std::string::npos);
  g.broker.release(g.held);
}

TEST_CASE("producer behaviour: full buffer, await") {
  FullBuffer f(WhenFull::fail);
  std::atomic<int> delivered = 0;
  std::atomic<bool> done = false;
  const auto run = [](FullBuffer& full, std::atomic<int>& count, std::atomic<bool>& end) -> Job {
    for (int i = 0; i < 20; ++i) {
      for (;;) {
        const Future<Delivery> future = full.producer.send("t", full.value);
        if (!future.is_ready() || future.get()) {
          future.on_ready([&count](const Result<Delivery>& result) { count += result ? 1 : 0; });
          break;
        }
        const Result<void> room = co_await full.producer.room(full.value.size());
        if (!room) co_return;
      }
    }
    end = true;
  };
  run(f, delivered, done);
  CHECK(!done);
  f.broker.release(f.held);
  CHECK(eventually([&] { return delivered == 20; }));
  CHECK(done);
  (void)f.producer.flush();  // refusals on the way were counted
}

TEST_CASE("producer behaviour: a partitioner of one's own, keys as Java's, and by number") {
  Broker broker;
  broker.create_topic("t", 7).value();
  {
    Producer producer(config(broker));
    CHECK(producer.send("t", "abc", "v").get(20s)->partition == 479470107 % 7);
    CHECK(producer.send(Record("t").key("abc").partition(6)).get(20s)->partition == 6);
    CHECK(producer.send(Record("t").partition(7)).get(20s).error() ==
          ErrorCode::unknown_topic_or_partition);
    (void)producer.flush();
  }
  Producer producer(config(broker).partitioner(
      [](std::string_view, const RecordView& record, std::int32_t partitions) {
        return record.key ? partitions - 1 : any_partition;
      }));
  CHECK(producer.send("t", "abc", "v").get(20s)->partition == 6);
  CHECK(producer.send("t", "no key").get(20s));
}

TEST_CASE("producer behaviour: bootstrap servers of which some are dead") {
  Broker broker;
  Producer producer(ProducerConfig().bootstrap_servers("127.0.0.1:1,no-such-host.invalid:9092," +
                                                       broker.bootstrap() + ",[::1]:1"));
  CHECK(producer.send("t", "v").get(30s));
  Producer nowhere(
      ProducerConfig().bootstrap_servers("127.0.0.1:1").max_block(200ms).delivery_timeout(300ms));
  const Result<Delivery> result = nowhere.send("t", "v").get(20s);
  REQUIRE(!result);
  CHECK(result.error().context().find("127.0.0.1:1") != std::string::npos);
}

TEST_CASE("producer behaviour: IPv6") {
  Result<Broker> broker = Broker::start(BrokerConfig().listen("[::1]:0"));
  if (!broker) {
    MESSAGE("no IPv6 on this machine: " << broker.error().to_string());
    return;
  }
  CHECK(broker->bootstrap().starts_with("[::1]:"));
  Producer producer(config(*broker));
  CHECK(producer.send("t", "v").get(20s));
  Consumer consumer(ConsumerConfig()
                        .bootstrap_servers(broker->bootstrap())
                        .offset_reset(OffsetReset::earliest()));
  consumer.subscribe({"t"}).value();
  CHECK(consumer.begin()->value() == "v");
}

TEST_CASE("producer behaviour: acks 0, 1 and all") {
  Broker broker;
  for (const Acks acks : {Acks::none, Acks::leader, Acks::all}) {
    Producer producer(config(broker).acks(acks));
    const Result<Delivery> result = producer.send("t", "v").get(20s);
    REQUIRE(result);
    CHECK(result->has_offset() == (acks != Acks::none));
    CHECK(producer.close());
  }
  REQUIRE(eventually([&] { return broker.log("t", 0).size() == 3; }));
  CHECK(broker.log("t", 0)[1].producer_id == -1);
  CHECK(broker.log("t", 0)[2].producer_id >= 0);  // idempotent where that can be
}

TEST_CASE("producer behaviour: null, empty, headers and timestamps") {
  Broker broker;
  Producer producer(config(broker));
  const RecordTime time(std::chrono::milliseconds(1'700'000'000'123));
  CHECK(
      producer.send(Record("t").key("").header("h", "1").header("h", std::nullopt).timestamp(time))
          .get(20s)
          ->timestamp == time);
  CHECK(producer.send("t", std::nullopt, "").get(20s));
  const auto log = broker.log("t", 0);
  REQUIRE(log.size() == 2);
  CHECK(log[0].key == "");
  CHECK(!log[0].value);
  CHECK(log[0].timestamp == 1'700'000'000'123);
  REQUIRE(log[0].headers.size() == 2);
  CHECK(!log[0].headers[1].second);
  CHECK(!log[1].key);
  CHECK(log[1].value == "");
}

TEST_CASE(
    "producer behaviour: retries neither reorder nor duplicate with five requests in flight") {
  Broker broker(BrokerConfig().nodes(2));
  broker.create_topic("t").value();
  Producer producer(config(broker).batch_size(200).linger(0ms));
  producer.send("t", "0").get(20s).value();
  broker.inject(Fault::error(ApiKey::Produce, ErrorCode::not_leader_or_follower).after(3).times(2));
  broker.inject(Fault::disconnect_after(ApiKey::Produce).after(9).times(1));
  broker.inject(Fault::disconnect_before(ApiKey::Produce).after(14).times(1));
  broker.inject(Fault::error(ApiKey::Produce, ErrorCode::request_timed_out).after(20).times(3));
  for (int i = 1; i <= 300; ++i) {
    producer.send("t", std::to_string(i));
    if (i == 150) broker.move_leader({"t", 0}, 2).value();
  }
  CHECK(producer.flush());
  const auto log = broker.log("t", 0);
  REQUIRE(log.size() == 301);
  for (std::size_t i = 0; i < log.size(); ++i) CHECK(log[i].value == std::to_string(i));
}

TEST_CASE("producer behaviour: an undelivered record ends in time, and close ends in time") {
  Broker broker;
  broker.create_topic("t").value();
  {
    Producer producer(config(broker).delivery_timeout(200ms));
    broker.inject(Fault::drop_response(ApiKey::Produce).always());
    const auto begin = Clock::now();
    CHECK(producer.send("t", "v").get(20s).error() == ErrorCode::delivery_timed_out);
    CHECK(Clock::now() - begin < 10s);
  }
  Producer producer(config(broker));
  const Future<Delivery> pending = producer.send("t", "v");
  const auto begin = Clock::now();
  CHECK(!producer.close(100ms));
  CHECK(Clock::now() - begin < 10s);
  CHECK(pending.get().error() == ErrorCode::closed);
  CHECK(producer.send("t", "v").get().error() == ErrorCode::closed);
}

TEST_CASE("producer behaviour: several threads send through one producer") {
  Broker broker;
  broker.create_topic("t", 4).value();
  Producer producer(config(broker).compression(lz4()));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 500; ++i) {
        producer.send(Record("t").partition(thread).value(std::to_string(i)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(producer.flush());
  for (int partition = 0; partition < 4; ++partition) {
    const auto log = broker.log("t", partition);
    REQUIRE(log.size() == 500);
    for (std::size_t i = 0; i < log.size(); ++i) CHECK(log[i].value == std::to_string(i));
  }
}
