// Contestant: librdkafka through its C API, in a program of the same shape as bench_barnabas.
//
//   bench_librdkafka produce|consume|latency|forward|group|first|growth [--call batch] [--name
//   value]...

#include "tests/bench/programs/arguments.hpp"
#include "tests/bench/programs/latency.hpp"
#include "tests/bench/programs/librdkafka_modes.hpp"
#include "tests/bench/programs/meter.hpp"
#include "tests/bench/programs/payload.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace barnabas;
using bench::Client;
using bench::client;
using bench::configuration;
using bench::poll_ms;
using bench::set;

std::atomic<std::uint64_t> delivered = 0;
std::atomic<std::uint64_t> failed = 0;

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  (message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? delivered : failed)
      .fetch_add(1, std::memory_order_relaxed);
}

class Sending {
 public:
  Sending(rd_kafka_t* producer, const bench::Arguments& arguments)
      : producer_(producer),
        topic_(rd_kafka_topic_new(producer, arguments.text("topic").c_str(), nullptr),
               rd_kafka_topic_destroy),
        value_(bench::payload(arguments.number("size"))),
        batch_(arguments.text("call") == "batch"),
        threads_(arguments.number("threads")) {
    for (std::uint64_t i = 0; i < arguments.number("keys"); ++i) {
      keys_.push_back("key-" + std::to_string(i));
    }
  }

  void run(std::uint64_t messages) {
    std::vector<std::thread> others;
    const std::uint64_t each = messages / threads_;
    for (std::uint64_t i = 1; i < threads_; ++i) others.emplace_back([=, this] { send(each); });
    send(messages - each * (threads_ - 1));
    for (std::thread& other : others) other.join();
    const rd_kafka_resp_err_t flushed = rd_kafka_flush(producer_, 120'000);
    if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR || failed != 0) {
      throw std::runtime_error("not everything was delivered");
    }
  }

 private:
  void send(std::uint64_t messages) { batch_ ? send_batches(messages) : send_each(messages); }

  void send_each(std::uint64_t messages) {
    for (std::uint64_t i = 0; i < messages; ++i) {
      const std::string* const key = keys_.empty() ? nullptr : &keys_[i % keys_.size()];
      while (rd_kafka_produce(topic_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                              value_.data(), value_.size(), key ? key->data() : nullptr,
                              key ? key->size() : 0, nullptr) != 0) {
        check(rd_kafka_last_error());
      }
      if (i % 1000 == 0) rd_kafka_poll(producer_, 0);
    }
  }

  void send_batches(std::uint64_t messages) {
    std::vector<rd_kafka_message_t> batch(1000);
    for (std::uint64_t sent = 0; sent < messages;) {
      const std::uint64_t size = std::min<std::uint64_t>(batch.size(), messages - sent);
      for (std::uint64_t i = 0; i < size; ++i) {
        rd_kafka_message_t& message = batch[i];
        message = {};
        message.payload = value_.data();
        message.len = value_.size();
        if (!keys_.empty()) {
          std::string& key = keys_[(sent + i) % keys_.size()];
          message.key = key.data();
          message.key_len = key.size();
        }
      }
      std::uint64_t done = 0;
      while (done < size) {
        rd_kafka_message_t* const first = batch.data() + done;
        const int taken =
            rd_kafka_produce_batch(topic_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, first,
                                   static_cast<int>(size - done));
        done += static_cast<std::uint64_t>(taken);
        if (done < size) {
          // Those refused may lie between those taken; they are all alike.
          check(RD_KAFKA_RESP_ERR__QUEUE_FULL);
          for (std::uint64_t i = done; i < size; ++i) batch[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
        }
      }
      sent += size;
      rd_kafka_poll(producer_, 0);
    }
  }

  void check(rd_kafka_resp_err_t error) {
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) throw std::runtime_error(rd_kafka_err2str(error));
    rd_kafka_poll(producer_, poll_ms);
  }

  rd_kafka_t* producer_;
  std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)> topic_;
  std::string value_;
  std::vector<std::string> keys_;
  bool batch_;
  std::uint64_t threads_;
};

void produce(const bench::Arguments& arguments) {
  rd_kafka_conf_t* const conf = configuration(arguments);
  set(conf, "enable.idempotence", "true");
  set(conf, "linger.ms", arguments.text("linger-ms"));
  set(conf, "compression.codec", arguments.text("codec"));
  if (arguments.number("batch-bytes") != 0) set(conf, "batch.size", arguments.text("batch-bytes"));
  if (arguments.text("report") != "none") rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  const Client producer = client(RD_KAFKA_PRODUCER, conf);
  Sending sending(producer.get(), arguments);
  sending.run(arguments.number("warmup"));
  const std::uint64_t messages = arguments.number("messages");
  bench::Meter meter(std::string("librdkafka ") + rd_kafka_version_str());
  meter.start();
  sending.run(messages);
  meter.stop();
  meter.print(messages, messages * arguments.number("size"));
}

// What both ways of reading have in common: counting, and when measuring begins.
class Reading {
 public:
  explicit Reading(const bench::Arguments& arguments)
      : warmup_(arguments.number("warmup")), wanted_(warmup_ + arguments.number("messages")) {}

  bool done() const noexcept { return seen_ >= wanted_; }
  void take(rd_kafka_message_t* message) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error(rd_kafka_message_errstr(message));
    }
    bytes_ += message->len;
    ++seen_;
    rd_kafka_message_destroy(message);
  }
  void look() {
    if (meter_.running() || seen_ < warmup_) return;
    from_ = seen_;
    bytes_ = 0;
    meter_.start();
  }
  void finish() {
    meter_.stop();
    meter_.print(seen_ - from_, bytes_);
  }

 private:
  std::uint64_t warmup_;
  std::uint64_t wanted_;
  std::uint64_t seen_ = 0;
  std::uint64_t from_ = 0;
  std::uint64_t bytes_ = 0;
  bench::Meter meter_{std::string("librdkafka ") + rd_kafka_version_str()};
};

void consume(const bench::Arguments& arguments) {
  rd_kafka_conf_t* const conf = configuration(arguments);
  set(conf, "check.crcs", "true");
  set(conf, "auto.offset.reset", "earliest");
  set(conf, "group.id", "none");
  set(conf, "enable.auto.commit", "false");
  const Client consumer = client(RD_KAFKA_CONSUMER, conf);
  bench::assign_all(consumer.get(), arguments);

  Reading reading(arguments);
  if (arguments.text("call") == "batch") {
    rd_kafka_queue_t* const queue = rd_kafka_queue_get_consumer(consumer.get());
    std::vector<rd_kafka_message_t*> batch(500);
    while (!reading.done()) {
      const ssize_t count = rd_kafka_consume_batch_queue(queue, 1000, batch.data(), batch.size());
      for (ssize_t i = 0; i < count; ++i) reading.take(batch[static_cast<std::size_t>(i)]);
      reading.look();
    }
    reading.finish();
    rd_kafka_queue_destroy(queue);
  } else {
    while (!reading.done()) {
      rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer.get(), 1000);
      if (message != nullptr) reading.take(message);
      reading.look();
    }
    reading.finish();
  }
  rd_kafka_consumer_close(consumer.get());
}

bench::Latencies reports;

void on_timed_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) reports.add(bench::stamp_of(message->payload));
}

void latency(const bench::Arguments& arguments) {
  const std::uint64_t messages = arguments.number("messages");
  const std::uint64_t warmup = arguments.number("warmup");
  bench::Latencies hands;
  rd_kafka_conf_t* const reading = configuration(arguments);
  set(reading, "check.crcs", "true");
  set(reading, "group.id", "none");
  set(reading, "enable.auto.commit", "false");
  const Client consumer = client(RD_KAFKA_CONSUMER, reading);
  bench::assign_all(consumer.get(), arguments);
  std::atomic<bool> stopped = false;
  std::thread reader([&] {
    while (!stopped) {
      rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer.get(), poll_ms);
      if (message == nullptr) continue;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) hands.add(bench::stamp_of(message->payload));
      rd_kafka_message_destroy(message);
    }
  });
  rd_kafka_conf_t* const sending = configuration(arguments);
  set(sending, "enable.idempotence", "true");
  set(sending, "linger.ms", arguments.text("linger-ms"));
  rd_kafka_conf_set_dr_msg_cb(sending, on_timed_delivery);
  const Client producer = client(RD_KAFKA_PRODUCER, sending);
  std::thread poller([&] {
    while (!stopped) rd_kafka_poll(producer.get(), poll_ms);
  });
  rd_kafka_topic_t* const topic =
      rd_kafka_topic_new(producer.get(), arguments.text("topic").c_str(), nullptr);
  std::string value(std::max<std::uint64_t>(arguments.number("size"), sizeof(std::uint64_t)), 'x');
  const auto send = [&] {
    bench::stamp(value);
    rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value.data(), value.size(),
                     nullptr, 0, nullptr);
  };
  bench::paced(warmup, arguments.number("rate"), send);
  bench::Meter meter(std::string("librdkafka ") + rd_kafka_version_str());
  meter.start();
  bench::paced(messages, arguments.number("rate"), send);
  const bool all =
      bench::wait_for(reports, warmup + messages) && bench::wait_for(hands, warmup + messages);
  meter.stop();
  stopped = true;
  reader.join();
  poller.join();
  rd_kafka_topic_destroy(topic);
  rd_kafka_consumer_close(consumer.get());
  if (!all) throw std::runtime_error("not everything arrived");
  reports.note(meter, "report", warmup);
  hands.note(meter, "hands", warmup);
  meter.print(messages, messages * value.size());
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_contestant(argc, argv,
                               {{"produce", produce},
                                {"consume", consume},
                                {"latency", latency},
                                {"forward", bench::forward},
                                {"group", bench::read_in_group},
                                {"first", bench::first_messages},
                                {"growth", bench::grow}});
}
