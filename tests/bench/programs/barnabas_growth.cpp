#include "tests/bench/programs/barnabas_modes.hpp"
#include "tests/bench/programs/latency.hpp"
#include "tests/bench/programs/meter.hpp"
#include "tests/bench/programs/payload.hpp"

#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>

#include <stdexcept>
#include <string>

// What new clients and large ones take.

namespace barnabas::bench {

using namespace std::chrono_literals;

void first_messages(const Arguments& arguments) {
  const std::string value = payload(arguments.number("size"));
  Latencies acknowledged;
  Latencies read;
  const std::uint64_t rounds = arguments.number("messages");
  Meter meter("barnabas");
  meter.start();
  for (std::uint64_t i = 0; i < rounds; ++i) {
    {
      const auto begin = Clock::now();
      ProducerConfig config = ProducerConfig::from_properties(properties(arguments)).value();
      Producer producer(config.linger(std::chrono::milliseconds(arguments.number("linger-ms"))));
      producer.send(arguments.text("topic"), value).get().value();
      acknowledged.add(begin);
    }
    const auto begin = Clock::now();
    ConsumerConfig config = ConsumerConfig::from_properties(properties(arguments)).value();
    Consumer consumer(config.offset_reset(OffsetReset::earliest()));
    consumer.assign(all_partitions(arguments)).value();
    if (consumer.poll(10s).value().empty()) throw std::runtime_error("nothing to read");
    read.add(begin);
  }
  meter.stop();
  acknowledged.note(meter, "report", 0);
  read.note(meter, "hands", 0);
  meter.print(rounds, rounds * value.size());
}

void grow(const Arguments& arguments) {
  const std::uint64_t partitions = arguments.number("partitions");
  const std::string value = payload(arguments.number("size"));
  const double before = Meter::resident();
  const auto begin = Clock::now();
  Producer producer(ProducerConfig::from_properties(properties(arguments)).value());
  const Topic topic = producer.topic(arguments.text("topic"));
  producer.partitions_for(arguments.text("topic"), 60s).value();
  const std::chrono::duration<double, std::milli> known = Clock::now() - begin;
  const double idle = Meter::resident();
  RecordView record{BytesView(value)};
  std::uint64_t next = 0;
  const auto send = [&](std::uint64_t messages) {
    for (std::uint64_t i = 0; i < messages; ++i) {
      record.partition = static_cast<std::int32_t>(next++ % partitions);
      producer.send(topic, record);
    }
    producer.flush().value();
  };
  send(partitions);
  const double used = Meter::resident();
  Meter meter("barnabas");
  meter.start();
  send(arguments.number("messages"));
  meter.stop();
  meter.note("metadata_ms", known.count());
  meter.note("idle_bytes_per_partition", (idle - before) / static_cast<double>(partitions));
  meter.note("used_bytes_per_partition", (used - before) / static_cast<double>(partitions));
  meter.print(arguments.number("messages"), arguments.number("messages") * value.size());
}

}  // namespace barnabas::bench
