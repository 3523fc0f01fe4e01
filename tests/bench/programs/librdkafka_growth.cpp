#include "tests/bench/programs/latency.hpp"
#include "tests/bench/programs/librdkafka_modes.hpp"
#include "tests/bench/programs/meter.hpp"
#include "tests/bench/programs/payload.hpp"

#include <stdexcept>
#include <string>

// What new clients and large ones take.

namespace barnabas::bench {

void first_messages(const Arguments& arguments) {
  std::string value = payload(arguments.number("size"));
  Latencies acknowledged;
  Latencies read;
  const std::uint64_t rounds = arguments.number("messages");
  Meter meter(client_name());
  meter.start();
  for (std::uint64_t i = 0; i < rounds; ++i) {
    {
      const auto begin = Clock::now();
      rd_kafka_conf_t* const conf = configuration(arguments);
      set(conf, "enable.idempotence", "true");
      set(conf, "linger.ms", arguments.text("linger-ms"));
      const Client producer = client(RD_KAFKA_PRODUCER, conf);
      const ClientTopic topic = client_topic(producer, arguments.text("topic"));
      produce_one(producer.get(), topic.get(), RD_KAFKA_PARTITION_UA, value);
      flush(producer.get());
      acknowledged.add(begin);
    }
    const auto begin = Clock::now();
    rd_kafka_conf_t* const conf = configuration(arguments);
    set(conf, "check.crcs", "true");
    set(conf, "group.id", "none");
    set(conf, "enable.auto.commit", "false");
    const Client consumer = client(RD_KAFKA_CONSUMER, conf);
    assign_all(consumer.get(), arguments);
    rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer.get(), 10'000);
    if (message == nullptr) throw std::runtime_error("nothing to read");
    read.add(begin);
    rd_kafka_message_destroy(message);
    rd_kafka_consumer_close(consumer.get());
  }
  meter.stop();
  acknowledged.note(meter, "report", 0);
  read.note(meter, "hands", 0);
  meter.print(rounds, rounds * value.size());
}

void grow(const Arguments& arguments) {
  const std::uint64_t partitions = arguments.number("partitions");
  std::string value = payload(arguments.number("size"));
  const double before = Meter::resident();
  const auto begin = Clock::now();
  rd_kafka_conf_t* const conf = configuration(arguments);
  set(conf, "enable.idempotence", "true");
  const Client producer = client(RD_KAFKA_PRODUCER, conf);
  const ClientTopic topic = client_topic(producer, arguments.text("topic"));
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t known_error =
      rd_kafka_metadata(producer.get(), 0, topic.get(), &metadata, 60'000);
  if (known_error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(rd_kafka_err2str(known_error));
  }
  rd_kafka_metadata_destroy(metadata);
  const std::chrono::duration<double, std::milli> known = Clock::now() - begin;
  const double idle = Meter::resident();
  std::uint64_t next = 0;
  const auto send = [&](std::uint64_t messages) {
    for (std::uint64_t i = 0; i < messages; ++i) {
      produce_one(producer.get(), topic.get(), static_cast<std::int32_t>(next++ % partitions),
                  value);
      if (i % 1000 == 0) rd_kafka_poll(producer.get(), 0);
    }
    flush(producer.get());
  };
  send(partitions);
  const double used = Meter::resident();
  Meter meter(client_name());
  meter.start();
  send(arguments.number("messages"));
  meter.stop();
  meter.note("metadata_ms", known.count());
  meter.note("idle_bytes_per_partition", (idle - before) / static_cast<double>(partitions));
  meter.note("used_bytes_per_partition", (used - before) / static_cast<double>(partitions));
  meter.print(arguments.number("messages"), arguments.number("messages") * value.size());
}

}  // namespace barnabas::bench
