#include <barnabas/consumer.hpp>

#include "client/src/io/consumer_impl.hpp"
#include "client/src/io/property_file_reader.hpp"

#include <exception>
#include <utility>

namespace barnabas {

using client::ClientShell;
using client::ConsumerEngine;

namespace {

std::vector<TopicPartition> only(const TopicPartition& partition) { return {partition}; }

Timestamp to_timestamp(Consumer::Time time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

}  // namespace

Result<ConsumerConfig> ConsumerConfig::from_file(const std::string& path) {
  const Result<Properties> properties = client::read_property_file(path);
  if (!properties) return properties.error();
  return from_properties(*properties);
}

Consumer::Consumer(std::string_view bootstrap_servers, std::vector<std::string> topics)
    : Consumer(ConsumerConfig().bootstrap_servers(bootstrap_servers)) {
  subscribe(std::move(topics)).value();
}
Consumer::Consumer(std::string_view bootstrap_servers, std::vector<std::string> topics, Group group)
    : Consumer(ConsumerConfig().bootstrap_servers(bootstrap_servers).group(group)) {
  subscribe(std::move(topics)).value();
}
Consumer::Consumer(const ConsumerConfig& config) : Consumer(create(config).value()) {}
Consumer::Consumer(const Runtime& runtime, const ConsumerConfig& config)
    : Consumer(create(runtime, config).value()) {}
Consumer::Consumer(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Consumer::Consumer(Consumer&&) noexcept = default;

Consumer& Consumer::operator=(Consumer&& other) noexcept {
  if (this != &other) {
    if (impl_) impl_->close_quietly();
    impl_ = std::move(other.impl_);
  }
  return *this;
}

Consumer::~Consumer() {
  if (!impl_) return;
  if (std::uncaught_exceptions() > impl_->exceptions) impl_->forget_handed_out();
  impl_->close_quietly();
}

Result<Consumer> Consumer::create(const ConsumerConfig& config) {
  return create(Runtime(), config);
}

Result<Consumer> Consumer::create(const Runtime& runtime, const ConsumerConfig& config) {
  if (Result<void> valid = config.validate(); !valid) return valid.error();
  ConsumerSettings settings = config.settings();
  auto shell = ClientShell::open(
      runtime.driver(), settings.client, [&settings](client::EngineContext context) {
        return std::make_unique<ConsumerEngine>(std::move(context), settings);
      });
  if (!shell) return shell.error();
  return Consumer(std::make_unique<Impl>(*std::move(shell), std::move(settings)));
}

Result<void> Consumer::close(std::optional<Timeout> timeout, GroupExit exit) {
  return impl_->close(timeout.value_or(impl_->settings.client.close_timeout), exit);
}

// --- What to read

Result<void> Consumer::subscribe(std::vector<std::string> topics, RebalanceListener listener) {
  return impl_->subscribe([&](const Now& now) { return impl_->engine().subscribe(now, topics); },
                          std::move(listener));
}

Result<void> Consumer::subscribe_pattern(std::string_view pattern, RebalanceListener listener) {
  return impl_->subscribe(
      [&](const Now& now) { return impl_->engine().subscribe_pattern(now, pattern); },
      std::move(listener));
}

Result<void> Consumer::assign(std::vector<TopicPartition> partitions) {
  return impl_->subscribe([&](const Now& now) { return impl_->engine().assign(now, partitions); },
                          {});
}

Result<void> Consumer::Impl::subscribe(const std::function<Result<void>(const Now&)>& begin,
                                       RebalanceListener with) {
  if (Result<void> may = may_change(); !may) return may;
  ClientShell::Visit visit(*shell);
  Result<void> begun = begin(visit.now());
  if (begun) listener = std::move(with);
  return begun;
}

Result<void> Consumer::unsubscribe() { return impl_->unsubscribe(); }

std::vector<TopicPartition> Consumer::assignment() const {
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().known_partitions();
}

std::vector<std::string> Consumer::subscription() const {
  ClientShell::Visit visit(*impl_->shell);
  const std::set<std::string>& topics = impl_->engine().subscription().topics();
  return {topics.begin(), topics.end()};
}

// --- Reading

Result<Records> Consumer::poll(Timeout timeout) { return impl_->poll(timeout); }
Future<Records> Consumer::poll_async(Timeout timeout) { return impl_->poll_async(timeout); }

Consumer::Iterator Consumer::begin() {
  Iterator at(*this);
  advance(at);
  return at;
}

void Consumer::advance(Iterator& at) { impl_->next(at.record_).value(); }

void Consumer::stop() noexcept {
  impl_->stopped.store(true);
  impl_->shell->binding().request_advance();
}

bool Consumer::stopped() const noexcept { return impl_->stopped.load(); }

Result<void> Consumer::pause(const std::vector<TopicPartition>& partitions) {
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().pause(visit.now(), partitions, true);
}
Result<void> Consumer::pause(const TopicPartition& partition) { return pause(only(partition)); }

Result<void> Consumer::resume(const std::vector<TopicPartition>& partitions) {
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().pause(visit.now(), partitions, false);
}
Result<void> Consumer::resume(const TopicPartition& partition) { return resume(only(partition)); }

std::vector<TopicPartition> Consumer::paused() const {
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().assignment().paused();
}

// --- Positions

Result<void> Consumer::seek(const TopicPartition& partition, const OffsetAndMetadata& offset) {
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().seek(visit.now(), partition, offset);
}

Result<void> Consumer::seek_to_beginning(const std::vector<TopicPartition>& partitions) {
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().seek_to_timestamp(visit.now(), partitions, client::earliest_timestamp);
}
Result<void> Consumer::seek_to_beginning(const TopicPartition& partition) {
  return seek_to_beginning(only(partition));
}

Result<void> Consumer::seek_to_end(const std::vector<TopicPartition>& partitions) {
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().seek_to_timestamp(visit.now(), partitions, client::latest_timestamp);
}
Result<void> Consumer::seek_to_end(const TopicPartition& partition) {
  return seek_to_end(only(partition));
}

Result<void> Consumer::seek_to_time(const std::vector<TopicPartition>& partitions, Time time) {
  const Timestamp timestamp = to_timestamp(time);
  if (timestamp < 0) return Error(ErrorCode::invalid_argument, "the time is before 1970");
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().seek_to_timestamp(visit.now(), partitions, timestamp);
}
Result<void> Consumer::seek_to_time(const TopicPartition& partition, Time time) {
  return seek_to_time(only(partition), time);
}

Result<std::int64_t> Consumer::position(const TopicPartition& partition,
                                        std::optional<Timeout> timeout) {
  ClientShell::Visit visit(*impl_->shell);
  ConsumerEngine& engine = impl_->engine();
  if (Result<void> wanted = engine.want_position(visit.now(), partition); !wanted) {
    return wanted.error();
  }
  (void)visit.wait([&] { return engine.position(partition) || engine.position_error(partition); },
                   impl_->limit(timeout));
  if (const auto position = engine.position(partition)) return *position;
  if (const auto error = engine.position_error(partition)) return *error;
  return Error(ErrorCode::timed_out, to_string(partition) + ": the position is not known yet");
}

std::optional<std::int64_t> Consumer::lag(const TopicPartition& partition) const {
  ClientShell::Visit visit(*impl_->shell);
  return impl_->engine().lag(partition);
}

// --- Commits

Result<void> Consumer::commit(std::optional<Timeout> timeout) {
  return impl_->commit(std::nullopt, timeout);
}
Result<void> Consumer::commit(const Offsets& offsets, std::optional<Timeout> timeout) {
  return impl_->commit(offsets, timeout);
}
void Consumer::commit_async(CommitCallback callback) {
  impl_->commit_async(std::nullopt, std::move(callback));
}
void Consumer::commit_async(Offsets offsets, CommitCallback callback) {
  impl_->commit_async(std::move(offsets), std::move(callback));
}
Future<void> Consumer::commit_async() { return impl_->commit_async(std::nullopt); }
Future<void> Consumer::commit_async(Offsets offsets) {
  return impl_->commit_async(std::move(offsets));
}

}  // namespace barnabas
