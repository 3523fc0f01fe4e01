// Contestant: Barnabas through its public API. Prints one line of figures.
//
//   bench_barnabas produce|consume|latency|forward|group|first|growth [--name value]...

#include "tests/bench/programs/arguments.hpp"
#include "tests/bench/programs/barnabas_modes.hpp"
#include "tests/bench/programs/latency.hpp"
#include "tests/bench/programs/meter.hpp"
#include "tests/bench/programs/payload.hpp"

#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace barnabas;
using namespace std::chrono_literals;

/// Sends as the arguments say, from several threads.
class Sending {
 public:
  Sending(Producer& producer, const bench::Arguments& arguments)
      : producer_(producer),
        topic_(producer.topic(arguments.text("topic"))),
        value_(bench::payload(arguments.number("size"))),
        report_(arguments.text("report")),
        batch_(arguments.text("call") == "batch"),
        threads_(arguments.number("threads")),
        handler_([this](const Result<Delivery>& result) { count(result); }) {
    for (std::uint64_t i = 0; i < arguments.number("keys"); ++i) {
      keys_.push_back("key-" + std::to_string(i));
    }
  }

  /// Sends `messages` and waits until all have been delivered.
  void run(std::uint64_t messages) {
    delivered_ = 0;
    failed_ = 0;
    std::vector<std::thread> others;
    const std::uint64_t each = messages / threads_;
    for (std::uint64_t i = 1; i < threads_; ++i) {
      others.emplace_back([this, each] { send(each); });
    }
    send(messages - each * (threads_ - 1));
    for (std::thread& other : others) other.join();
    producer_.flush().value();
    const bool counted = report_ == "callback" || report_ == "handler";
    if (failed_ != 0 || (counted && delivered_ != messages)) {
      std::cerr << delivered_ << " of " << messages << " were delivered, " << failed_
                << " failed\n";
      std::exit(1);
    }
  }

 private:
  void count(const Result<Delivery>& result) {
    (result ? delivered_ : failed_).fetch_add(1, std::memory_order_relaxed);
  }

  void send(std::uint64_t messages) {
    if (report_ == "handler") {
      each_record(messages, [&](const RecordView& r) { producer_.send(topic_, r, handler_); });
    } else if (batch_) {
      send_batches(messages);
    } else if (report_ == "callback") {
      each_record(messages, [&](const RecordView& r) {
        producer_.send(topic_, r, [this](const Result<Delivery>& result) { count(result); });
      });
    } else if (report_ == "future") {
      // As an application would that wants to know: it keeps a window of futures.
      std::vector<Future<Delivery>> window(1000);
      std::size_t at = 0;
      each_record(messages, [&](const RecordView& r) {
        window[at] = producer_.send(topic_, r);
        at = at + 1 == window.size() ? 0 : at + 1;
      });
    } else {
      each_record(messages, [&](const RecordView& r) { producer_.send(topic_, r); });
    }
  }

  void send_batches(std::uint64_t messages) {
    std::vector<RecordView> batch;
    for (std::uint64_t sent = 0; sent < messages; sent += batch.size()) {
      batch.clear();
      const std::uint64_t size = std::min<std::uint64_t>(1000, messages - sent);
      for (std::uint64_t i = 0; i < size; ++i) {
        batch.emplace_back(BytesView(value_));
        if (!keys_.empty()) batch.back().key = BytesView(keys_[(sent + i) % keys_.size()]);
      }
      producer_.send_all(topic_, batch);
    }
  }

  template <class Send>
  void each_record(std::uint64_t messages, Send&& send) {
    RecordView record{BytesView(value_)};
    for (std::uint64_t i = 0; i < messages; ++i) {
      if (!keys_.empty()) record.key = BytesView(keys_[i % keys_.size()]);
      send(record);
    }
  }

  Producer& producer_;
  Topic topic_;
  std::string value_;
  std::vector<std::string> keys_;
  std::string report_;
  bool batch_;
  std::uint64_t threads_;
  std::atomic<std::uint64_t> delivered_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  DeliveryHandler handler_;
};

void produce(const bench::Arguments& arguments) {
  ProducerConfig config = ProducerConfig::from_properties(bench::properties(arguments)).value();
  config.linger(std::chrono::milliseconds(arguments.number("linger-ms")))
      .compression(Compression::parse(arguments.text("codec")).value());
  if (const auto bytes = arguments.number("batch-bytes"); bytes != 0) {
    config.batch_size(static_cast<std::int32_t>(bytes));
  }
  Producer producer(config);
  Sending sending(producer, arguments);
  sending.run(arguments.number("warmup"));
  const std::uint64_t messages = arguments.number("messages");
  const ProducerMetrics before = producer.metrics();
  bench::Meter meter("barnabas");
  meter.start();
  sending.run(messages);
  meter.stop();
  const ProducerMetrics after = producer.metrics();
  const auto requests = static_cast<double>(after.requests - before.requests);
  const auto batches = static_cast<double>(after.batches_delivered - before.batches_delivered);
  meter.note("requests", requests);
  meter.note("bytes_per_batch",
             static_cast<double>(after.bytes_delivered - before.bytes_delivered) / batches);
  meter.print(messages, messages * arguments.number("size"));
}

void consume(const bench::Arguments& arguments) {
  ConsumerConfig config = ConsumerConfig::from_properties(bench::properties(arguments)).value();
  config.offset_reset(OffsetReset::earliest());
  Consumer consumer(config);
  consumer.assign(bench::all_partitions(arguments)).value();
  bench::Meter meter("barnabas");
  const std::uint64_t warmup = arguments.number("warmup");
  const std::uint64_t wanted = warmup + arguments.number("messages");
  std::uint64_t seen = 0;
  std::uint64_t counted_from = 0;
  std::uint64_t bytes = 0;
  std::uint64_t polls = 0;
  while (seen < wanted) {
    const Records records = consumer.poll(10s).value();
    if (records.empty()) throw std::runtime_error("no records any more");
    ++polls;
    for (const PartitionRecords& partition : records.partitions()) {
      for (const ConsumerRecord& record : partition) bytes += record.value().size();
    }
    seen += records.size();
    if (!meter.running() && seen >= warmup) {
      counted_from = seen;
      bytes = 0;
      polls = 0;
      meter.start();
    }
  }
  meter.stop();
  const std::uint64_t messages = seen - counted_from;
  meter.note("records_per_poll", static_cast<double>(messages) / static_cast<double>(polls));
  meter.print(messages, bytes);
}

// Sends at a rate, and reads what was sent on another thread: how long until the sender knows, and
// until a consumer has it.
void latency(const bench::Arguments& arguments) {
  const std::uint64_t messages = arguments.number("messages");
  const std::uint64_t warmup = arguments.number("warmup");
  bench::Latencies reports;
  bench::Latencies hands;
  ConsumerConfig reading = ConsumerConfig::from_properties(bench::properties(arguments)).value();
  Consumer consumer(reading.offset_reset(OffsetReset::earliest()));
  consumer.assign(bench::all_partitions(arguments)).value();
  std::thread reader([&] {
    while (!consumer.stopped()) {
      const Records records = consumer.poll(1s).value();
      for (const ConsumerRecord& record : records)
        hands.add(bench::stamp_of(record.value().data()));
    }
  });
  ProducerConfig sending = ProducerConfig::from_properties(bench::properties(arguments)).value();
  Producer producer(sending.linger(std::chrono::milliseconds(arguments.number("linger-ms"))));
  const Topic topic = producer.topic(arguments.text("topic"));
  std::string value(std::max<std::uint64_t>(arguments.number("size"), sizeof(std::uint64_t)), 'x');
  const auto send = [&] {
    bench::stamp(value);
    producer.send(topic, RecordView(BytesView(value)),
                  [&reports, sent = bench::stamp_of(value.data())](const Result<Delivery>& result) {
                    if (result) reports.add(sent);
                  });
  };
  bench::paced(warmup, arguments.number("rate"), send);
  bench::Meter meter("barnabas");
  meter.start();
  bench::paced(messages, arguments.number("rate"), send);
  const bool all =
      bench::wait_for(reports, warmup + messages) && bench::wait_for(hands, warmup + messages);
  meter.stop();
  consumer.stop();
  reader.join();
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
