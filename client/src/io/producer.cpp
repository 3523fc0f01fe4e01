#include "client/src/core/config/producer_settings.hpp"
#include "client/src/core/producer/producer_engine.hpp"
#include "client/src/io/client_shell.hpp"
#include "client/src/io/process.hpp"
#include "client/src/io/producer_clock.hpp"
#include "client/src/io/property_file_reader.hpp"

#include <barnabas/producer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace barnabas {

using client::Accumulator;
using client::AppendStatus;
using client::ClientShell;
using client::DeliveryReport;
using client::ProducerEngine;
using client::ProducerShared;

/// What a producer has: the engine in its shell, and the accumulator that senders use beside it.
class Producer::Impl {
 public:
  Impl(std::shared_ptr<ClientShell> shell, std::shared_ptr<Accumulator> accumulator)
      : shell_(std::move(shell)), accumulator_(std::move(accumulator)) {}

  ClientShell& shell() noexcept { return *shell_; }
  const std::shared_ptr<ClientShell>& shared_shell() const noexcept { return shell_; }
  ProducerEngine& engine() noexcept { return shell_->engine<ProducerEngine>(); }
  Accumulator& accumulator() noexcept { return *accumulator_; }
  ProducerShared& shared() noexcept { return accumulator_->shared(); }
  const ProducerSettings& settings() noexcept { return shared().settings; }

  /// Accepted or refused.
  AppendStatus append(client::ProducerTopic& topic, const RecordView& record,
                      DeliveryReport& report) {
    // Those who wait for memory come first.
    if (shared().line.empty() || may_pass(record)) {
      const AppendStatus status = accumulator_->append(topic, record, report);
      if (status != AppendStatus::no_memory) return status;
    }
    return append_when_full(topic, record, report);
  }
  Future<Delivery> send(client::ProducerTopic& topic, const RecordView& record);
  /// Tells `callback`, which the report is made of, of a record that is not even accepted.
  void send_reporting(client::ProducerTopic& topic, const RecordView& record, DeliveryReport report,
                      const DeliveryCallback& callback);
  /// `handler` may be null: nobody is told then.
  void send_all(client::ProducerTopic& topic, std::span<const RecordView> records,
                const DeliveryHandler* handler);
  /// Why a blocking call must not be made here.
  Error check_blocking();

  std::uint64_t rejected() const noexcept { return rejected_.load(std::memory_order_relaxed); }

 private:
  bool may_pass(const RecordView& record);
  AppendStatus append_when_full(client::ProducerTopic& topic, const RecordView& record,
                                DeliveryReport& report);
  AppendStatus wait_and_append(client::ProducerTopic& topic, const RecordView& record,
                               DeliveryReport& report);
  Error refuse(Error error);

  std::shared_ptr<ClientShell> shell_;
  std::shared_ptr<Accumulator> accumulator_;
  std::atomic<std::uint64_t> rejected_ = 0;
};

namespace {

Error closed_error() { return {ErrorCode::closed, "the producer is closed"}; }

// A record with its views into the owner.
class OwnedView {
 public:
  explicit OwnedView(const Record& record) {
    for (const Record::Header& header : record.headers()) {
      headers_.emplace_back(header.key, view(header.value));
    }
    view_.key = view(record.key());
    view_.value = view(record.value());
    view_.headers = headers_;
    view_.partition = record.partition();
    view_.timestamp = record.timestamp();
  }
  OwnedView(const OwnedView&) = delete;
  OwnedView& operator=(const OwnedView&) = delete;

  const RecordView& operator*() const noexcept { return view_; }

 private:
  static std::optional<BytesView> view(const std::optional<std::string>& bytes) {
    return bytes ? std::optional<BytesView>(*bytes) : std::nullopt;
  }

  std::vector<HeaderView> headers_;
  RecordView view_;
};

}  // namespace

// --- Appending

bool Producer::Impl::may_pass(const RecordView& record) {
  return settings().when_full != WhenFull::wait ||
         shared().line.lets_pass(Accumulator::need_of(record), shared().pool->available());
}

AppendStatus Producer::Impl::append_when_full(client::ProducerTopic& topic,
                                              const RecordView& record, DeliveryReport& report) {
  if (settings().when_full == WhenFull::wait) return wait_and_append(topic, record, report);
  return report.refuse({ErrorCode::buffer_full, topic.name() + ": buffer.memory is used up"});
}

AppendStatus Producer::Impl::wait_and_append(client::ProducerTopic& topic, const RecordView& record,
                                             DeliveryReport& report) {
  AppendStatus status = AppendStatus::no_memory;
  const client::WaitingLine::Place place(shared().line, Accumulator::need_of(record));
  const auto is_served = [&] {
    return place.is_first() || place.is_served(shared().pool->available());
  };
  const Instant deadline = deadline_after(shell_->driver().now().monotonic, settings().max_block);
  for (;;) {
    if (is_served()) status = accumulator_->append(topic, record, report);
    if (status != AppendStatus::no_memory) return status;
    ClientShell::Visit visit(*shell_);
    engine().relieve(visit.now());
    const bool ready =
        visit.wait([&] { return shared().closing || place.is_served(shared().pool->available()); },
                   deadline - visit.now().monotonic);
    if (ready && (shared().closing || visit.now().monotonic < deadline)) continue;
    return report.refuse({ErrorCode::buffer_full,
                          topic.name() +
                              ": buffer.memory is used up, and none became free within " +
                              std::to_string(settings().max_block.count()) + " ms (max.block.ms)"});
  }
}

Error Producer::Impl::refuse(Error error) {
  rejected_.fetch_add(1, std::memory_order_relaxed);
  shared().barrier.record_failure(error);
  return error;
}

Future<Delivery> Producer::Impl::send(client::ProducerTopic& topic, const RecordView& record) {
  Future<Delivery> future;
  DeliveryReport report = DeliveryReport::by_future(future);
  if (append(topic, record, report) != AppendStatus::accepted) {
    future = Future<Delivery>::ready(refuse(report.refusal()));
  }
  return future;
}

void Producer::Impl::send_reporting(client::ProducerTopic& topic, const RecordView& record,
                                    DeliveryReport report, const DeliveryCallback& callback) {
  if (append(topic, record, report) == AppendStatus::accepted) return;
  callback(refuse(report.refusal()));
}

void Producer::Impl::send_all(client::ProducerTopic& topic, std::span<const RecordView> records,
                              const DeliveryHandler* handler) {
  while (!records.empty()) {
    DeliveryReport report =
        handler != nullptr ? DeliveryReport::by_handler(*handler) : DeliveryReport::to_nobody();
    // Those who wait for memory come first.
    std::size_t count =
        shared().line.empty() ? accumulator_->append_run(topic, records, report) : 0;
    if (count == 0) {
      count = 1;
      if (append(topic, records.front(), report) != AppendStatus::accepted) {
        const Error error = refuse(report.refusal());
        if (handler != nullptr) (*handler->callback())(error);
      }
    }
    records = records.subspan(count);
  }
}

Error Producer::Impl::check_blocking() {
  if (!shell_->driver().usable()) return client::used_after_fork();
  if (!shell_->on_own_thread()) return {};
  return {ErrorCode::invalid_state, "waiting for a client within its own callback could never end"};
}

// --- Life

const std::string& Topic::name() const noexcept { return topic_->name(); }

Result<ProducerConfig> ProducerConfig::from_file(const std::string& path) {
  const Result<Properties> properties = client::read_property_file(path);
  if (!properties) return properties.error();
  return from_properties(*properties);
}

Producer::Producer(std::string_view bootstrap_servers)
    : Producer(ProducerConfig().bootstrap_servers(bootstrap_servers)) {}
Producer::Producer(const ProducerConfig& config) : Producer(create(config).value()) {}
Producer::Producer(const Runtime& runtime, const ProducerConfig& config)
    : Producer(create(runtime, config).value()) {}
Producer::Producer(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Producer::Producer(Producer&&) noexcept = default;

Producer& Producer::operator=(Producer&& other) noexcept {
  if (this != &other) {
    if (impl_) static_cast<void>(close());
    impl_ = std::move(other.impl_);
  }
  return *this;
}

Producer::~Producer() {
  if (impl_) static_cast<void>(close());
}

Result<Producer> Producer::create(const ProducerConfig& config) {
  return create(Runtime(), config);
}

Result<Producer> Producer::create(const Runtime& runtime, const ProducerConfig& config) {
  if (Result<void> valid = config.validate(); !valid) return valid.error();
  Result<ProducerSettings> settings = client::resolve(config.settings());
  if (!settings) return settings.error();
  const std::shared_ptr<client::Driver>& driver = runtime.driver();
  const ClientSettings client_settings = settings->client;
  auto shared = std::make_shared<ProducerShared>(*std::move(settings),
                                                 std::make_unique<client::ProducerClock>(driver));
  auto accumulator = std::make_shared<Accumulator>(shared, driver->new_seed());
  auto shell = ClientShell::open(driver, client_settings, [&](client::EngineContext context) {
    return std::make_unique<ProducerEngine>(std::move(context), accumulator);
  });
  if (!shell) return shell.error();
  shared->wait_strategy = *shell;
  client::EngineBinding* const binding = &(*shell)->binding();
  shared->signals.set_wake([binding] { binding->request_advance(); },
                           [binding] { binding->advance_now(); });
  return Producer(std::make_unique<Impl>(*std::move(shell), std::move(accumulator)));
}

Result<void> Producer::close(std::optional<Timeout> timeout) {
  const bool drained =
      impl_->shell().close(timeout.value_or(impl_->settings().client.close_timeout));
  Result<void> failures = impl_->shared().barrier.take_failures();
  if (!failures || drained) return failures;
  return Error(ErrorCode::timed_out, "not everything could be delivered before closing");
}

// --- Sending

Topic Producer::topic(std::string_view name) { return Topic(impl_->accumulator().topic(name)); }

Future<Delivery> Producer::send(std::string_view topic, std::optional<BytesView> value) {
  return send(topic, std::nullopt, value);
}

Future<Delivery> Producer::send(std::string_view topic, std::optional<BytesView> key,
                                std::optional<BytesView> value) {
  return impl_->send(*impl_->accumulator().topic(topic), RecordView(key, value));
}

Future<Delivery> Producer::send(const Record& record) {
  return impl_->send(*impl_->accumulator().topic(record.topic()), *OwnedView(record));
}

Future<Delivery> Producer::send(const Topic& topic, const RecordView& record) {
  return impl_->send(*topic.topic_, record);
}

void Producer::send(const Record& record, const DeliveryHandler& handler) {
  impl_->send_reporting(*impl_->accumulator().topic(record.topic()), *OwnedView(record),
                        DeliveryReport::by_handler(handler), *handler.callback());
}

void Producer::send_all(const Topic& topic, std::span<const RecordView> records) {
  impl_->send_all(*topic.topic_, records, nullptr);
}

void Producer::send_all(const Topic& topic, std::span<const RecordView> records,
                        const DeliveryHandler& handler) {
  impl_->send_all(*topic.topic_, records, &handler);
}

void Producer::send(const Topic& topic, const RecordView& record, const DeliveryHandler& handler) {
  impl_->send_reporting(*topic.topic_, record, DeliveryReport::by_handler(handler),
                        *handler.callback());
}

void Producer::send_with(const Record& record, DeliveryCallback callback) {
  impl_->send_reporting(*impl_->accumulator().topic(record.topic()), *OwnedView(record),
                        DeliveryReport::by_callback(callback), callback);
}

void Producer::send_with(const Topic& topic, const RecordView& record, DeliveryCallback callback) {
  impl_->send_reporting(*topic.topic_, record, DeliveryReport::by_callback(callback), callback);
}

Future<void> Producer::room(std::size_t bytes) {
  const std::size_t need = Accumulator::need_of(RecordView(BytesView(nullptr, bytes)));
  if (need > impl_->shared().pool->limit()) {
    return Future<void>::ready(
        Error(ErrorCode::message_too_large, "buffer.memory is smaller than the record"));
  }
  const auto source = std::make_shared<detail::ResultSource<void>>(impl_->shared_shell());
  ClientShell::Visit visit(impl_->shell());
  if (visit.closed()) return Future<void>::ready(closed_error());
  impl_->engine().await_room(visit.now(), need, source);
  return Future<void>(source);
}

// --- Waiting

Future<void> Producer::flush_async() {
  const auto source = std::make_shared<detail::ResultSource<void>>(impl_->shared_shell());
  ClientShell::Visit visit(impl_->shell());
  if (visit.closed()) return Future<void>::ready(closed_error());
  impl_->engine().flush(visit.now(), source);
  return Future<void>(source);
}

Result<void> Producer::flush(std::optional<Timeout> limit) {
  if (Error error = impl_->check_blocking(); !error.ok()) return error;
  const Future<void> flushed = flush_async();
  return limit ? flushed.get(*limit) : flushed.get();
}

void Producer::purge() {
  ClientShell::Visit visit(impl_->shell());
  if (!visit.closed()) impl_->engine().purge(visit.now());
}

// --- Looking things up

Future<std::vector<PartitionInfo>> Producer::partitions_for_async(std::string_view topic) {
  using Partitions = std::vector<PartitionInfo>;
  const auto source = std::make_shared<detail::ResultSource<Partitions>>(impl_->shared_shell());
  ClientShell::Visit visit(impl_->shell());
  if (visit.closed()) return Future<Partitions>::ready(closed_error());
  impl_->engine().look_up_partitions(visit.now(), topic, impl_->settings().max_block, source);
  return Future<Partitions>(source);
}

Result<std::vector<PartitionInfo>> Producer::partitions_for(std::string_view topic,
                                                            std::optional<Timeout> limit) {
  if (Error error = impl_->check_blocking(); !error.ok()) return error;
  const auto partitions = partitions_for_async(topic);
  return limit ? partitions.get(*limit) : partitions.get();
}

ProducerMetrics Producer::metrics() const {
  ClientShell::Visit visit(impl_->shell());
  ProducerMetrics metrics = impl_->engine().metrics();
  metrics.records_rejected = impl_->rejected();
  return metrics;
}

}  // namespace barnabas
