#include "tests/chaos/producers.hpp"

#include "protocol/base/random.hpp"

#include <barnabas/producer.hpp>

#include <array>
#include <chrono>
#include <utility>

namespace barnabas::chaos {

namespace {

using namespace std::chrono_literals;

constexpr std::array codecs{Codec::none, Codec::lz4, Codec::zstd, Codec::snappy, Codec::gzip};

}  // namespace

Producers::Producers(const Options& options, std::string bootstrap, std::string topic,
                     Ledger& ledger)
    : options_(options),
      bootstrap_(std::move(bootstrap)),
      topic_(std::move(topic)),
      ledger_(ledger),
      running_(options.producers) {
  for (int producer = 0; producer < options.producers; ++producer) {
    threads_.emplace_back([this, producer] { run(producer); });
  }
}

Producers::~Producers() { finish(); }

void Producers::finish() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Producers::run(int number) {
  const Codec codec = codecs[static_cast<std::size_t>(number) % codecs.size()];
  Random random(options_.seed * 1000 + static_cast<std::uint64_t>(number));
  Producer producer(ProducerConfig()
                        .bootstrap_servers(bootstrap_)
                        .client_id("producer-" + std::to_string(number))
                        .idempotence(options_.idempotent)
                        .compression(is_available(codec) ? codec : Codec::none)
                        .linger(5ms)
                        .batch_size(number % 2 == 0 ? 16'384 : 200'000)
                        .buffer_memory(16 << 20)
                        .request_timeout(10s)
                        .max_block(options_.limit)
                        .delivery_timeout(options_.limit)
                        .reconnect_backoff(20ms, 200ms)
                        .retry_backoff(20ms, 200ms));
  const Topic topic = producer.topic(topic_);
  const std::int64_t share =
      options_.records / options_.producers +
      (number < static_cast<int>(options_.records % options_.producers) ? 1 : 0);
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t sent = 0; !stopping_ && (options_.records == 0 || sent < share); ++sent) {
    if (options_.rate > 0) {
      std::this_thread::sleep_until(begin + std::chrono::microseconds(1s) * sent / options_.rate);
    }
    const RecordName name = ledger_.send(
        number, static_cast<int>(random.below(static_cast<std::uint64_t>(options_.partitions))));
    const std::string body = make_body(name, random.below(4) == 0 ? 1024 : 40);
    RecordView record(std::nullopt, BytesView(body));
    record.partition = name.partition;
    producer.send(topic, record, [this, name](const Result<Delivery>& outcome) {
      if (outcome) {
        ledger_.acknowledged(name, outcome->offset);
      } else {
        ledger_.failed(name, outcome.error());
      }
    });
  }
  static_cast<void>(producer.flush(options_.limit));
  static_cast<void>(producer.close(10s));
  --running_;
}

}  // namespace barnabas::chaos
