#include "tests/bench/programs/librdkafka_modes.hpp"
#include "tests/bench/programs/meter.hpp"

#include <atomic>
#include <barrier>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

// Forwarding, and reading in a group.

namespace barnabas::bench {
namespace {

constexpr std::size_t batch_size = 500;
constexpr int wait_ms = 10'000;

using Queue = std::unique_ptr<rd_kafka_queue_t, void (*)(rd_kafka_queue_t*)>;

Queue queue_of(const Client& consumer) {
  return {rd_kafka_queue_get_consumer(consumer.get()), rd_kafka_queue_destroy};
}

// Calls `use` with each message that is there within `limit` milliseconds; how many there were.
template <class Use>
std::uint64_t take_batch(rd_kafka_queue_t* queue, int limit, Use use) {
  rd_kafka_message_t* batch[batch_size];
  const ssize_t count = rd_kafka_consume_batch_queue(queue, limit, batch, batch_size);
  std::uint64_t taken = 0;
  for (ssize_t i = 0; i < count; ++i) {
    if (batch[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      use(*batch[i]);
      ++taken;
    }
    rd_kafka_message_destroy(batch[i]);
  }
  return taken;
}

std::uint64_t assigned(const Client& consumer) {
  rd_kafka_topic_partition_list_t* list = nullptr;
  if (rd_kafka_assignment(consumer.get(), &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  const auto count = static_cast<std::uint64_t>(list->cnt);
  rd_kafka_topic_partition_list_destroy(list);
  return count;
}

void seek_to_beginning(const Client& consumer) {
  rd_kafka_topic_partition_list_t* list = nullptr;
  rd_kafka_assignment(consumer.get(), &list);
  for (int i = 0; i < list->cnt; ++i) list->elems[i].offset = 0;
  const rd_kafka_error_t* const error = rd_kafka_seek_partitions(consumer.get(), list, wait_ms);
  rd_kafka_topic_partition_list_destroy(list);
  if (error != nullptr) throw std::runtime_error(rd_kafka_error_string(error));
}

}  // namespace

void forward(const Arguments& arguments) {
  rd_kafka_conf_t* const reading = configuration(arguments);
  set(reading, "check.crcs", "true");
  set(reading, "group.id", "none");
  set(reading, "enable.auto.commit", "false");
  const Client consumer = client(RD_KAFKA_CONSUMER, reading);
  rd_kafka_conf_t* const writing = configuration(arguments);
  set(writing, "enable.idempotence", "true");
  const Client producer = client(RD_KAFKA_PRODUCER, writing);
  const ClientTopic to =
      client_topic(producer, arguments.text(arguments.text("to").empty() ? "topic" : "to"));
  assign_all(consumer.get(), arguments);
  const Queue queue = queue_of(consumer);
  std::uint64_t seen = 0;
  std::uint64_t bytes = 0;
  std::string changed;
  const auto forward_one = [&](const rd_kafka_message_t& message) {
    changed.assign(static_cast<const char*>(message.payload), message.len);
    changed[0] = static_cast<char>(changed[0] ^ 1);
    bytes += changed.size();
    produce_one(producer.get(), to.get(), RD_KAFKA_PARTITION_UA, changed);
  };
  const auto run = [&](std::uint64_t wanted) {
    while (seen < wanted) {
      const std::uint64_t count = take_batch(queue.get(), wait_ms, forward_one);
      if (count == 0) throw std::runtime_error("no records any more");
      seen += count;
      rd_kafka_poll(producer.get(), 0);
    }
    flush(producer.get());
  };
  run(arguments.number("warmup"));
  const std::uint64_t before = seen;
  bytes = 0;
  Meter meter(client_name());
  meter.start();
  run(seen + arguments.number("messages"));
  meter.stop();
  meter.print(seen - before, bytes);
}

void read_in_group(const Arguments& arguments) {
  const std::uint64_t members = arguments.number("members");
  const std::uint64_t share = arguments.number("partitions") / members;
  const std::uint64_t warmup = arguments.number("warmup");
  const std::uint64_t wanted = warmup + arguments.number("messages");
  Meter meter(client_name());
  std::atomic<std::uint64_t> settled = 0;
  std::atomic<std::uint64_t> seen = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::uint64_t counted_from = 0;
  std::uint64_t bytes_from = 0;
  std::atomic<bool> measuring = false;
  std::atomic<bool> stopped = false;
  std::barrier all_there(static_cast<std::ptrdiff_t>(members));
  const auto member = [&] {
    rd_kafka_conf_t* const conf = configuration(arguments);
    set(conf, "check.crcs", "true");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "group.id", arguments.text("group"));
    const Client consumer = client(RD_KAFKA_CONSUMER, conf);
    rd_kafka_poll_set_consumer(consumer.get());
    rd_kafka_topic_partition_list_t* const topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, arguments.text("topic").c_str(),
                                      RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(consumer.get(), topics);
    rd_kafka_topic_partition_list_destroy(topics);
    const Queue queue = queue_of(consumer);
    for (bool was = false; settled < members;) {
      take_batch(queue.get(), 10, [](const rd_kafka_message_t&) {});
      const bool is = assigned(consumer) == share;
      if (is != was) settled += is ? 1 : ~std::uint64_t{0};
      was = is;
    }
    all_there.arrive_and_wait();
    seek_to_beginning(consumer);
    while (seen < wanted) {
      std::uint64_t got = 0;
      const std::uint64_t count = take_batch(
          queue.get(), poll_ms, [&](const rd_kafka_message_t& message) { got += message.len; });
      bytes += got;
      const std::uint64_t now = seen += count;
      if (now >= warmup && !measuring.exchange(true)) {
        counted_from = now;
        bytes_from = bytes;
        meter.start();
      }
    }
    all_there.arrive_and_wait();
    if (!stopped.exchange(true)) meter.stop();
    all_there.arrive_and_wait();
    rd_kafka_consumer_close(consumer.get());
  };
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < members; ++i) threads.emplace_back(member);
  for (std::thread& thread : threads) thread.join();
  meter.print(seen - counted_from, bytes - bytes_from);
}

}  // namespace barnabas::bench
