// What tools/demo shows: a broker inside this process, a producer, and a group of two consumers.
#include <barnabas/barnabas.hpp>
#include <barnabas/broker.hpp>

#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

constexpr int partitions = 4;
constexpr int orders = 20;

std::mutex output;

void say(const std::string& line) {
  const std::lock_guard lock(output);
  std::cout << line << std::endl;
}

std::string list(const std::vector<barnabas::TopicPartition>& assigned) {
  std::string text;
  for (const auto& partition : assigned) text += (text.empty() ? "" : ", ") + to_string(partition);
  return text.empty() ? "nothing" : text;
}

// Reads its share of the topic until it is stopped.
void consume(barnabas::Consumer& consumer, const std::string& name, std::atomic<int>& received) {
  barnabas::RebalanceListener listener;
  listener.assigned = [name](const auto& assigned) {
    say("  " + name + " is given " + list(assigned));
  };
  listener.revoked = [name](const auto& revoked) {
    say("  " + name + " gives up " + list(revoked));
  };
  consumer.subscribe({"orders"}, listener).value();
  for (const auto& record : consumer) {
    say("  " + name + " reads " + to_string(record.topic_partition()) + " offset " +
        std::to_string(record.offset()) + ": " + std::string(record.key()) + " -> " +
        std::string(record.value()));
    ++received;
  }
}

}  // namespace

int main() try {
  const auto started = std::chrono::steady_clock::now();
  barnabas::Broker broker;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  say("1. A Kafka broker runs inside this process, at " + broker.bootstrap() + ". It started in " +
      std::to_string(static_cast<double>(took.count()) / 1000.0).substr(0, 4) + " ms.");
  broker.create_topic("orders", partitions).value();
  say("   It has a topic \"orders\" with " + std::to_string(partitions) + " partitions.");

  say("2. Two consumers of the group \"billing\" share these partitions:");
  barnabas::ConsumerConfig config;
  config.bootstrap_servers(broker.bootstrap())
      .group("billing")
      .offset_reset(barnabas::OffsetReset::earliest());
  barnabas::Consumer anna(config), bert(config);
  std::atomic<int> received = 0;
  std::thread first([&] { consume(anna, "anna", received); });
  std::thread second([&] { consume(bert, "bert", received); });
  // Give the group a moment to settle, so that the two visibly share the work.
  barnabas::Admin admin(broker.bootstrap());
  const auto settled = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < settled &&
         (anna.assignment().empty() || bert.assignment().empty())) {
    std::this_thread::sleep_for(10ms);
  }

  say("3. A producer sends " + std::to_string(orders) +
      " orders; those of one customer go to one partition, in order:");
  barnabas::Producer producer(broker.bootstrap());
  for (int i = 0; i < orders; ++i) {
    producer.send("orders", "customer-" + std::to_string(i % 5), "order " + std::to_string(i));
  }
  producer.flush().value();

  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (received < orders && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(10ms);
  }
  anna.stop();
  bert.stop();
  first.join();
  second.join();
  anna.close().value();
  bert.close().value();
  say("4. All " + std::to_string(received) + " of " + std::to_string(orders) +
      " orders were read, each once. The consumers committed their offsets and left the group.");
  return received == orders ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
