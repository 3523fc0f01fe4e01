#include "tests/bench/programs/barnabas_modes.hpp"
#include "tests/bench/programs/meter.hpp"

#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>

#include <atomic>
#include <barrier>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// Forwarding, and reading in a group.

namespace barnabas::bench {

using namespace std::chrono_literals;

void forward(const Arguments& arguments) {
  ConsumerConfig reading = ConsumerConfig::from_properties(properties(arguments)).value();
  ProducerConfig writing = ProducerConfig::from_properties(properties(arguments)).value();
  const Runtime runtime;
  Consumer consumer(runtime, reading.offset_reset(OffsetReset::earliest()));
  Producer producer(runtime, writing);
  const Topic to = producer.topic(arguments.text(arguments.text("to").empty() ? "topic" : "to"));
  consumer.assign(all_partitions(arguments)).value();
  std::uint64_t seen = 0;
  std::uint64_t bytes = 0;
  std::string changed;
  const auto run = [&](std::uint64_t wanted) {
    while (seen < wanted) {
      const Records records = consumer.poll(10s).value();
      if (records.empty()) throw std::runtime_error("no records any more");
      for (const ConsumerRecord& record : records) {
        changed = record.value();
        changed[0] = static_cast<char>(changed[0] ^ 1);
        bytes += changed.size();
        producer.send(to, RecordView(BytesView(changed)));
      }
      seen += records.size();
    }
    producer.flush().value();
  };
  run(arguments.number("warmup"));
  const std::uint64_t before = seen;
  bytes = 0;
  Meter meter("barnabas");
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
  const Runtime runtime;
  Meter meter("barnabas");
  std::atomic<std::uint64_t> settled = 0;
  std::atomic<std::uint64_t> seen = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::uint64_t counted_from = 0;
  std::uint64_t bytes_from = 0;
  std::atomic<bool> measuring = false;
  std::atomic<bool> stopped = false;
  std::barrier all_there(static_cast<std::ptrdiff_t>(members));
  const auto member = [&] {
    ConsumerConfig config = ConsumerConfig::from_properties(properties(arguments)).value();
    config.offset_reset(OffsetReset::earliest()).group(arguments.text("group"));
    Consumer consumer(runtime, config);
    consumer.subscribe({arguments.text("topic")}).value();
    // Reading counts from when all have their share, and begins anew then.
    for (bool was = false; settled < members;) {
      consumer.poll(10ms).value();
      const bool is = consumer.assignment().size() == share;
      if (is != was) settled += is ? 1 : ~std::uint64_t{0};
      was = is;
    }
    all_there.arrive_and_wait();
    consumer.seek_to_beginning(consumer.assignment()).value();
    while (seen < wanted) {
      const Records records = consumer.poll(100ms).value();
      std::uint64_t got = 0;
      for (const PartitionRecords& partition : records.partitions()) {
        for (const ConsumerRecord& record : partition) got += record.value().size();
      }
      bytes += got;
      const std::uint64_t now = seen += records.size();
      if (now >= warmup && !measuring.exchange(true)) {
        counted_from = now;
        bytes_from = bytes;
        meter.start();
      }
    }
    all_there.arrive_and_wait();
    if (!stopped.exchange(true)) meter.stop();
    all_there.arrive_and_wait();
  };
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < members; ++i) threads.emplace_back(member);
  for (std::thread& thread : threads) thread.join();
  meter.print(seen - counted_from, bytes - bytes_from);
}

}  // namespace barnabas::bench
