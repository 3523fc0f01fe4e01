// What tools/demo shows: a broker inside this process, a producer, and a group of two consumers.
#include <barnabas/barnabas.hpp>
#include <barnabas/broker.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
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

// A consumer on a thread of its own that reads its share of the topic until it is stopped.
class Reader {
 public:
  Reader(std::string name, const barnabas::ConsumerConfig& config, std::atomic<int>& received)
      : name_(std::move(name)), consumer_(config), thread_([this, &received] { run(received); }) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { stop(); }

  bool has_partitions() const { return given_ > 0; }
  bool failed() const { return failed_; }
  void stop() {
    consumer_.stop();
    if (thread_.joinable()) thread_.join();
  }
  /// Says why reading ended, if it was not `stop`, by an exception; then leaves the group.
  void close() {
    stop();
    if (error_) std::rethrow_exception(error_);
    consumer_.close().value();
  }

 private:
  // What a thread throws would end the program without a word; `close` passes it on.
  void run(std::atomic<int>& received) {
    try {
      consume(received);
    } catch (...) {
      error_ = std::current_exception();
      failed_ = true;
    }
  }
  void consume(std::atomic<int>& received) {
    barnabas::RebalanceListener listener;
    listener.assigned = [this](const auto& assigned) {
      say("  " + name_ + " is given " + list(assigned));
      given_ += assigned.size();
    };
    listener.revoked = [this](const auto& revoked) {
      say("  " + name_ + " gives up " + list(revoked));
      given_ -= revoked.size();
    };
    consumer_.subscribe({"orders"}, listener).value();
    for (const auto& record : consumer_) {
      say("  " + name_ + " reads " + to_string(record.topic_partition()) + " offset " +
          std::to_string(record.offset()) + ": " + std::string(record.key()) + " -> " +
          std::string(record.value()));
      ++received;
    }
  }

  std::string name_;
  barnabas::Consumer consumer_;
  std::atomic<std::size_t> given_ = 0;
  std::atomic<bool> failed_ = false;
  std::exception_ptr error_;
  std::thread thread_;
};

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
  std::atomic<int> received = 0;
  Reader anna("anna", config, received), bert("bert", config, received);
  const auto wait_for = [&](const auto& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition() && !anna.failed() && !bert.failed() &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(10ms);
    }
  };
  // Give the group a moment to settle, so that the two visibly share the work.
  wait_for([&] { return anna.has_partitions() && bert.has_partitions(); });

  say("3. A producer sends " + std::to_string(orders) +
      " orders; those of one customer go to one partition, in order:");
  barnabas::Producer producer(broker.bootstrap());
  for (int i = 0; i < orders; ++i) {
    producer.send("orders", "customer-" + std::to_string(i % 5), "order " + std::to_string(i));
  }
  producer.flush().value();

  wait_for([&] { return received == orders; });
  anna.close();
  bert.close();
  say("4. All " + std::to_string(received) + " of " + std::to_string(orders) +
      " orders were read, each once. The consumers committed their offsets and left the group.");
  return received == orders ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "the demonstration failed: " << error.what() << '\n';
  return 1;
}
