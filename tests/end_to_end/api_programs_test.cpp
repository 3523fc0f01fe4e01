#include <barnabas/barnabas.hpp>
#include <barnabas/broker.hpp>

#include <doctest/doctest.h>

#include <poll.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

// The short programs that show what the API is like to use, against the embedded broker.

using namespace std::chrono_literals;
using namespace barnabas;

namespace {

struct Quote {
  char symbol[8];
  double price;
};

/// A type of the application's own, with its serializer.
struct Order {
  std::string customer;
  int amount = 0;
};
struct OrderFormat {
  void serialize(const Order& order, Buffer& out) const {
    out.append(order.customer + ":" + std::to_string(order.amount));
  }
  Result<Order> deserialize(BytesView bytes) const {
    const std::string text(bytes.text());
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
      return Error(ErrorCode::serialization_failed, "no colon in \"" + text + "\"");
    }
    return Order{text.substr(0, colon), std::atoi(text.c_str() + colon + 1)};
  }
};

ConsumerConfig from_the_start(const Broker& broker) {
  return ConsumerConfig()
      .bootstrap_servers(broker.bootstrap())
      .offset_reset(OffsetReset::earliest());
}

}  // namespace

TEST_CASE("api 1: first contact") {
  Broker broker;
  {
    Producer producer(broker.bootstrap());
    producer.send("greetings", "hello world");
    producer.flush().value();
  }
  // Readers without committed offsets begin at the end by default, so this one is set up by name.
  ConsumerConfig config = from_the_start(broker).group(Group("readers"));
  Consumer consumer(config);
  consumer.subscribe({"greetings"}).value();
  std::vector<std::string> seen;
  for (const auto& record : consumer) {
    seen.emplace_back(record.value());
    consumer.stop();  // ends the loop
  }
  CHECK(seen == std::vector<std::string>{"hello world"});
  // The group goes on where it was.
  consumer.close().value();
  Consumer next(broker.bootstrap(), {"greetings"}, Group("readers"));
  CHECK(next.poll(300ms).value().empty());
}

TEST_CASE("api 2: knowing what happened") {
  Broker broker;
  broker.create_topic("orders").value();
  Producer producer(ProducerConfig().bootstrap_servers(broker.bootstrap()).delivery_timeout(1s));
  const std::string json = "{}";
  Future<Delivery> delivery =
      producer.send(Record("orders").key("42").value(json).header("trace", "id"));
  Result<Delivery> result = delivery.get(5s);
  REQUIRE(result);
  CHECK(result->partition == 0);
  CHECK(result->offset == 0);
  CHECK(result->timestamp.time_since_epoch() > 0ms);
  const auto stored = broker.log("orders", 0);
  REQUIRE(stored.size() == 1);
  CHECK(stored[0].headers.front().first == "trace");

  std::atomic<int> called = 0;
  producer.send(Record("orders").value("again"), [&](const auto& outcome) {
    if (outcome) ++called;
  });
  producer.flush().value();
  CHECK(called == 1);

  // A missed error is counted, and flush reports it.
  const FaultId fault =
      broker.inject(Fault::error(ApiKey::Produce, ErrorCode::not_enough_replicas).always());
  producer.send("orders", "lost");  // the future is dropped
  const Result<void> flushed = producer.flush();
  REQUIRE(!flushed);
  const std::string said = flushed.error().to_string();
  CAPTURE(said);
  CHECK(flushed.error() == ErrorCode::delivery_timed_out);
  CHECK(said.find("orders[0]") != std::string::npos);
  CHECK(said.find("NOT_ENOUGH_REPLICAS") != std::string::npos);
  CHECK(said.find("broker 1 (127.0.0.1:") != std::string::npos);
  broker.release(fault);
}

TEST_CASE("api 3: a service that must not fall over") {
  Broker broker;
  ProducerConfig config;
  config.bootstrap_servers(broker.bootstrap() + ",127.0.0.1:1")
      .compression(zstd(3))
      .linger(5ms)
      .buffer_memory(64 << 20)
      .when_full(WhenFull::fail)
      .delivery_timeout(30s);
  Result<Producer> producer = Producer::create(config);
  REQUIRE(producer);
  CHECK(producer->send("t", "v").get(10s));

  const auto same = ProducerConfig::from_properties(
      {{"bootstrap.servers", broker.bootstrap()}, {"linger.ms", "5"}});
  REQUIRE(same);
  CHECK(same->settings().linger == 5ms);
  const auto wrong = ProducerConfig::from_properties({{"linger.m", "5"}});
  REQUIRE(!wrong);
  CHECK(wrong.error().context().find("\"linger.ms\"") != std::string::npos);
  CHECK(!ProducerConfig::from_file("/no/such/client.properties"));
  CHECK(!Producer::create(ProducerConfig().linger(-1ms)));
}

TEST_CASE("api 4: high throughput") {
  Broker broker;
  broker.create_topic("quotes", 3).value();
  constexpr int count = 20'000;
  {
    Producer producer(broker.bootstrap());
    const Topic topic = producer.topic("quotes");
    std::atomic<int> failed = 0;
    const DeliveryHandler on_error([&](const Result<Delivery>& result) {
      if (!result) ++failed;
    });
    for (int i = 0; i < count; ++i) {
      Quote quote{"ACME", static_cast<double>(i)};
      producer.send(topic, BytesView(std::string_view(quote.symbol)),
                    BytesView(std::as_bytes(std::span(&quote, 1))), on_error);
    }
    producer.flush().value();
    CHECK(failed == 0);
  }
  Consumer consumer(from_the_start(broker).group(Group("g")).auto_commit(false));
  consumer.subscribe({"quotes"}).value();
  int next = 0;
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (next < count && std::chrono::steady_clock::now() < deadline) {
    const Records records = consumer.poll(100ms).value();
    for (const auto& partition : records.partitions()) {
      for (const auto& record : partition) {
        Quote quote;
        REQUIRE(record.value_bytes()->size() == sizeof quote);
        std::memcpy(&quote, record.value_bytes()->data(), sizeof quote);
        CHECK_MESSAGE(quote.price == next, next);  // one key, one partition, in order
        ++next;
      }
    }
    consumer.commit_async();
  }
  CHECK(next == count);
  consumer.close().value();
}

TEST_CASE("api 5: own processing, own commits") {
  Broker broker;
  const auto before = std::chrono::system_clock::now() - 24h;
  Producer producer(broker.bootstrap());
  for (int i = 0; i < 10; ++i) producer.send("orders", std::to_string(i));
  producer.flush().value();
  Consumer consumer(from_the_start(broker).group(Group("g")).auto_commit(false));
  std::vector<std::string> told;
  consumer
      .subscribe({"orders"}, {.assigned = [&](const auto&) { told.push_back("assigned"); },
                              .revoked = [&](const auto&) { told.push_back("revoked"); },
                              .lost = [&](const auto&) { told.push_back("lost"); }})
      .value();
  Records records;
  while (records.empty()) records = consumer.poll(1s).value();
  CHECK(told == std::vector<std::string>{"assigned"});
  const TopicPartition partition{"orders", 0};
  consumer.pause(partition).value();
  CHECK(consumer.poll(50ms).value().empty());
  consumer.resume(partition).value();
  consumer.seek(partition, 7).value();
  CHECK(consumer.poll(5s).value().begin()->value() == "7");
  consumer.seek_to_time(partition, before).value();
  records = consumer.poll(5s).value();
  CHECK(records.begin()->value() == "0");
  consumer.commit(records.next_offsets(), 5s).value();
  CHECK(consumer.committed(partition).value()->offset == 10);
  std::thread other([&] { consumer.stop(); });
  CHECK(consumer.poll(1min).value().empty());  // returns at once
  other.join();
  consumer.close().value();
  CHECK(told == std::vector<std::string>{"assigned", "revoked"});
}

TEST_CASE("api 7: typed values") {
  Broker broker;
  Producer producer(broker.bootstrap());
  TypedProducer<std::string, Order> orders(producer, text, OrderFormat());
  const Order order{"anna", 3};
  orders.send("orders", order.customer, order);
  producer.send("orders", "anna", "not an order");
  producer.flush().value();
  Consumer consumer(from_the_start(broker));
  consumer.subscribe({"orders"}).value();
  std::vector<std::string> seen;
  for (const auto& [key, decoded] : typed<std::string, Order>(consumer, text, OrderFormat())) {
    seen.push_back(*key + " " + (decoded ? std::to_string(decoded->amount) : "undecodable"));
    if (seen.size() == 2) break;
  }
  CHECK(seen == std::vector<std::string>{"anna 3", "anna undecodable"});
}

TEST_CASE("api 8: admin") {
  Broker broker;
  Admin admin(broker.bootstrap());
  int failed = 0;
  for (const auto& [name, result] :
       admin
           .create_topics({NewTopic("orders").partitions(12).config("retention.ms", "86400000"),
                           NewTopic("no/slash")})
           .get()
           .value()) {
    if (!result) {
      ++failed;
      CHECK(name == "no/slash");
      CHECK(result.error() == ErrorCode::invalid_topic_exception);
    }
  }
  CHECK(failed == 1);
  Producer producer(broker.bootstrap());
  for (int i = 0; i < 5; ++i) producer.send(Record("orders").partition(3).value("v"));
  producer.flush().value();
  {
    Consumer consumer(from_the_start(broker).group(Group("readers")).auto_commit(false));
    consumer.assign({{"orders", 3}}).value();
    CHECK(consumer.commit({{{"orders", 3}, 2}}));
  }
  const auto lag = admin.group_lag("readers").get().value();
  REQUIRE(lag.size() == 1);
  CHECK(lag.begin()->second.value().lag() == 3);
}

TEST_CASE("api 9: no threads of ours") {
  Broker broker;
  Runtime runtime(Runtime::manual);
  Producer producer(runtime, ProducerConfig().bootstrap_servers(broker.bootstrap()));
  Consumer consumer(runtime, from_the_start(broker));
  consumer.subscribe({"t"}).value();
  std::thread::id called_on;
  producer.send(Record("t").value("v"),
                [&](const auto&) { called_on = std::this_thread::get_id(); });
  std::optional<std::string> seen;
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!seen && std::chrono::steady_clock::now() < deadline) {
    pollfd descriptor{runtime.native_handle(), POLLIN, 0};
    (void)::poll(&descriptor, 1, 5);
    runtime.run_ready();
    for (const auto& record : consumer.poll(0ms).value()) seen = std::string(record.value());
  }
  CHECK(seen == "v");
  CHECK(called_on == std::this_thread::get_id());
  CHECK(runtime.native_handle() >= 0);
}

TEST_CASE("api 9: one runtime serves any number of clients") {
  Broker broker;
  Runtime runtime;
  std::vector<Producer> producers;
  for (int i = 0; i < 10; ++i) {
    producers.emplace_back(runtime, ProducerConfig().bootstrap_servers(broker.bootstrap()));
  }
  std::vector<Future<Delivery>> deliveries;
  for (Producer& producer : producers) deliveries.push_back(producer.send("t", "v"));
  for (const auto& delivery : deliveries) CHECK(delivery.get(20s));
  CHECK(broker.log("t", 0).size() == 10);
}

TEST_CASE("api 10: tests without Kafka") {
  Broker broker(BrokerConfig().nodes(2));
  broker.create_topic("orders").value();
  Producer producer(broker.bootstrap());
  const FaultId fault =
      broker.inject(Fault::error(ApiKey::Produce, ErrorCode::not_leader_or_follower).times(2));
  CHECK(producer.send("orders", "1").get(20s));
  CHECK(broker.hits(fault) == 2);
  broker.move_leader({"orders", 0}, 2).value();
  CHECK(producer.send("orders", "2").get(20s));
  CHECK(broker.leader({"orders", 0}) == 2);
  broker.restart().value();
  CHECK(producer.send("orders", "3").get(20s));
  CHECK(broker.log("orders", 0).size() == 3);
}
