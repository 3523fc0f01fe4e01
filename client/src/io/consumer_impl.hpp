#pragma once

#include "client/src/core/consumer/consumer_engine.hpp"
#include "client/src/core/consumer/fetch/iteration.hpp"
#include "client/src/core/consumer/fetch/record_drain.hpp"
#include "client/src/io/client_shell.hpp"

#include <barnabas/consumer.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace barnabas {

/// What a Consumer has behind it: the engine in its shell, and what belongs to the polling thread
/// alone and so needs no lock: the drain, the iteration, the listener.
class Consumer::Impl {
 public:
  Impl(std::shared_ptr<client::ClientShell> shell, ConsumerSettings settings);

  client::ConsumerEngine& engine() noexcept { return shell->engine<client::ConsumerEngine>(); }
  /// Why a call that polls or changes what is read cannot be made now: after close, within a
  /// callback, while an asynchronous poll is under way.
  Result<void> may_change() const;
  /// The same for calls that also wait.
  Result<void> may_wait() const;
  std::chrono::nanoseconds limit(std::optional<Timeout> timeout) const {
    return timeout.value_or(settings.client.api_timeout);
  }
  Instant deadline(std::optional<Timeout> timeout) const {
    return deadline_after(shell->driver().now().monotonic, limit(timeout));
  }

  Result<void> subscribe(const std::function<Result<void>(const Now&)>& begin,
                         RebalanceListener with);
  Result<Records> poll(Timeout timeout);
  Future<Records> poll_async(Timeout timeout);
  /// The next record when iterating; nothing at the end.
  Result<void> next(std::optional<ConsumerRecord>& record);
  /// What was handed out last has not been dealt with: it is not to be committed automatically.
  void forget_handed_out();
  Result<void> unsubscribe();
  Result<void> close(std::chrono::nanoseconds timeout, GroupExit exit);
  /// close as a destructor can do it.
  void close_quietly() noexcept;

  Result<void> commit(std::optional<Offsets> offsets, std::optional<Timeout> timeout);
  void commit_async(std::optional<Offsets> offsets, CommitCallback callback);
  Future<void> commit_async(std::optional<Offsets> offsets);

  Future<Committed> committed(const std::vector<TopicPartition>& partitions, Instant until);
  template <class Values, class Convert>
  Future<Values> list_offsets(client::OffsetLookup::Query query, Instant until, Convert convert);
  Future<TimedOffsets> offsets_for_times(const Times& times, Instant until);
  Future<std::vector<PartitionInfo>> partitions_for(std::string_view topic, Instant until);

  /// Starts `start(engine, now, done)` and returns the future of what is given to `done`. It is
  /// stored after the events and without the lock, so that what waits for it may use the consumer.
  template <class T, class Start>
  Future<T> run(Start start) {
    const auto source = std::make_shared<detail::ResultSource<T>>(shell);
    client::ClientShell::Visit visit(*shell);
    if (visit.closed()) {
      return Future<T>::ready(Error(ErrorCode::invalid_state, "the consumer was closed"));
    }
    start(engine(), visit.now(), [source, this](Result<T> result) {
      engine().calls().post(
          [source, result = std::move(result)]() mutable { source->set(std::move(result)); });
    });
    engine().work_waits(visit.now());
    return Future<T>(source);
  }

  std::shared_ptr<client::ClientShell> shell;
  ConsumerSettings settings;
  RebalanceListener listener;
  std::atomic<bool> stopped = false;
  const int exceptions = std::uncaught_exceptions();  // on their way when this was made

 private:
  enum class Wait : std::uint8_t { until_deadline, never };

  template <class Use>
  Result<bool> pump(Instant until, Wait wait, Use use);
  void open_poll(const Now& now);
  void close_poll(const Now& now);
  void absorb(const Now& now, std::shared_ptr<const detail::RecordBlock>& decoded);
  bool tell_application();
  void tell(const client::RebalanceStep& step);
  void serve_async_poll();
  Records take_records(const Now& now);

  client::RecordDrain drain_;
  client::Iteration iteration_;
  bool poll_is_open_ = false;
  bool in_callback_ = false;
  bool closed_ = false;
  struct AsyncPoll {
    std::shared_ptr<detail::ResultSource<Records>> source;
    Instant deadline;
  };
  AsyncPoll async_poll_;
  std::atomic<bool> async_poll_waits_ = false;
};

}  // namespace barnabas
