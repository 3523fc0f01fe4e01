#include "client/src/io/consumer_impl.hpp"

#include <utility>

// The polling side of a Consumer: what runs on the thread that polls, or, for asynchronous polls,
// on the client's own thread.

namespace barnabas {

using client::ClientShell;
using client::RebalanceStep;

namespace {

// Raises a flag as long as the application is being called, also when it throws.
class Raised {
 public:
  explicit Raised(bool& flag) : flag_(flag) { flag_ = true; }
  Raised(const Raised&) = delete;
  Raised& operator=(const Raised&) = delete;
  ~Raised() { flag_ = false; }

 private:
  bool& flag_;
};

void call(const RebalanceListener::Callback& callback,
          const std::vector<TopicPartition>& partitions) {
  if (callback) callback(partitions);
}

}  // namespace

Consumer::Impl::Impl(std::shared_ptr<ClientShell> with_shell, ConsumerSettings with_settings)
    : shell(std::move(with_shell)),
      settings(std::move(with_settings)),
      drain_({static_cast<std::size_t>(settings.max_poll_records), settings.check_crcs,
              settings.isolation_level, static_cast<std::size_t>(settings.prefetch_bytes)}) {}

void Consumer::Impl::open_poll(const Now& now) {
  // Within one asynchronous poll there may be many attempts.
  if (!std::exchange(poll_is_open_, true)) engine().poll_began(now);
}

void Consumer::Impl::close_poll(const Now& now) {
  poll_is_open_ = false;
  engine().poll_ended(now);
}

// Decoded records become what is handed out next; the data that they came from is let go.
void Consumer::Impl::absorb(const Now& now, std::shared_ptr<const detail::RecordBlock>& decoded) {
  if (!decoded) return;
  iteration_.begin(std::move(decoded));
  decoded.reset();
  if (!drain_.take_finished().empty()) engine().fetch_more(now);
}

// Does what a poll does until `use(now)`, called with the lock held when there are records to hand
// out, is content, or until the deadline. False: there is nothing.
template <class Use>
Result<bool> Consumer::Impl::pump(Instant until, Wait wait, Use use) {
  std::shared_ptr<const detail::RecordBlock> decoded;
  for (;;) {
    {
      ClientShell::Visit visit(*shell);
      open_poll(visit.now());
      absorb(visit.now(), decoded);
      if (stopped.load(std::memory_order_relaxed)) {
        close_poll(visit.now());
        return false;
      }
      if (engine().subscription().mode() == client::Subscription::Mode::none) {
        close_poll(visit.now());
        return Error(ErrorCode::invalid_state, "nothing is subscribed or assigned");
      }
      if (!engine().wants_application()) {
        if (!iteration_.at_end() && use(visit.now())) {
          close_poll(visit.now());
          return true;
        }
        if (const auto failure = drain_.take_failure()) engine().on_damaged(visit.now(), *failure);
        if (std::optional<Error> error = engine().take_error()) {
          close_poll(visit.now());
          return *std::move(error);
        }
        engine().fill(visit.now(), drain_);
        if (drain_.empty()) {
          if (wait == Wait::never) return false;
          if (visit.now().monotonic >= until) {
            close_poll(visit.now());
            return false;
          }
          visit.wait([this] { return stopped || engine().has_news(); },
                     until - visit.now().monotonic);
          continue;
        }
      }
    }
    // What the application does when it is called may make stale what the drain was filled with.
    if (tell_application()) continue;
    if (iteration_.at_end()) decoded = drain_.decode();
  }
}

// Carries out what the engine wants the application to be told, without the lock. False: nothing.
bool Consumer::Impl::tell_application() {
  for (bool told = false;; told = true) {
    std::optional<RebalanceStep> step;
    std::vector<std::function<void()>> callbacks;
    {
      ClientShell::Visit visit(*shell);
      if (!engine().wants_application()) return told;
      step = engine().next_step();
      callbacks = engine().take_callbacks();
    }
    if (step) tell(*step);
    const Raised in_callback(in_callback_);
    for (const std::function<void()>& callback : callbacks) callback();
  }
}

void Consumer::Impl::tell(const RebalanceStep& step) {
  struct Done {
    Impl& impl;
    ~Done() {
      ClientShell::Visit visit(*impl.shell);
      impl.engine().step_done(visit.now());
    }
  } const done{*this};
  const Raised in_callback(in_callback_);
  switch (step.kind) {
    case RebalanceStep::Kind::assigned:
      return call(listener.assigned, step.partitions);
    case RebalanceStep::Kind::revoked:
      return call(listener.revoked, step.partitions);
    case RebalanceStep::Kind::lost:
      return call(listener.lost ? listener.lost : listener.revoked, step.partitions);
  }
}

Records Consumer::Impl::take_records(const Now& now) {
  return Records(engine().hand_out(now, iteration_.take_rest()));
}

Result<Records> Consumer::Impl::poll(Timeout timeout) {
  if (Result<void> may = may_wait(); !may) return may.error();
  Records records;
  const Result<bool> found = pump(deadline_after(shell->driver().now().monotonic, timeout),
                                  Wait::until_deadline, [&](const Now& now) {
                                    records = take_records(now);
                                    return !records.empty();
                                  });
  if (!found) return found.error();
  return records;
}

Result<void> Consumer::Impl::next(std::optional<ConsumerRecord>& record) {
  record.reset();
  if (Result<void> may = may_wait(); !may) return may;
  const bool forever = settings.idle_timeout == std::chrono::milliseconds::zero();
  const Instant until = forever ? Instant::max() : deadline(settings.idle_timeout);
  const Result<bool> found = pump(until, Wait::until_deadline, [&](const Now&) {
    const detail::RecordEntry* entry = iteration_.next(engine().assignment());
    if (entry == nullptr) return false;
    record = ConsumerRecord(iteration_.block(), &iteration_.range(), entry);
    return true;
  });
  if (!found) return found.error();
  return {};
}

Future<Records> Consumer::Impl::poll_async(Timeout timeout) {
  if (Result<void> may = may_change(); !may) return Future<Records>::ready(may.error());
  const auto source = std::make_shared<detail::ResultSource<Records>>(shell);
  ClientShell::Visit visit(*shell);
  async_poll_ = {source, deadline_after(visit.now().monotonic, timeout)};
  async_poll_waits_ = true;
  open_poll(visit.now());
  // What the last poll left over is no news to the engine.
  const bool has_rest = !iteration_.at_end() || !drain_.empty();
  engine().when_news(
      visit.now(), async_poll_.deadline, [this, has_rest] { return has_rest || stopped; },
      [this] { serve_async_poll(); });
  return Future<Records>(source);
}

// On the client's own thread: there is news, or the time is over.
void Consumer::Impl::serve_async_poll() {
  if (!async_poll_waits_) return;
  Records records;
  Result<bool> found = pump(async_poll_.deadline, Wait::never, [&](const Now& now) {
    records = take_records(now);
    return !records.empty();
  });
  if (found && !*found && !stopped) {
    ClientShell::Visit visit(*shell);
    if (visit.now().monotonic < async_poll_.deadline) {
      engine().when_news(
          visit.now(), async_poll_.deadline, [this] { return stopped.load(); },
          [this] { serve_async_poll(); });
      return;
    }
    close_poll(visit.now());
  }
  // The next asynchronous poll may be started by what waits for this one.
  const auto source = std::exchange(async_poll_.source, nullptr);
  async_poll_waits_ = false;
  source->set(found ? Result<Records>(std::move(records)) : Result<Records>(found.error()));
}

void Consumer::Impl::forget_handed_out() {
  ClientShell::Visit visit(*shell);
  engine().assignment().forget_handed_out();
}

Result<void> Consumer::Impl::unsubscribe() {
  if (Result<void> may = may_wait(); !may) return may;
  std::vector<TopicPartition> given_up;
  {
    ClientShell::Visit visit(*shell);
    given_up = engine().stop_reading(visit.now());
  }
  if (!given_up.empty()) {
    const Raised in_callback(in_callback_);
    call(listener.revoked, given_up);
  }
  ClientShell::Visit visit(*shell);
  engine().begin_leave(visit.now(), "the consumer unsubscribed", GroupExit::by_default);
  (void)visit.wait([this] { return engine().has_left(); },
                   settings.client.api_timeout + std::chrono::seconds(1));
  listener = {};
  if (std::optional<Error> error = engine().take_leave_error()) return *std::move(error);
  return {};
}

Result<void> Consumer::Impl::close(std::chrono::nanoseconds timeout, GroupExit exit) {
  if (closed_) return {};
  if (in_callback_ || shell->on_own_thread()) {
    return Error(ErrorCode::invalid_state, "not possible within a callback");
  }
  std::vector<TopicPartition> given_up;
  {
    ClientShell::Visit visit(*shell);
    given_up = engine().stop_reading(visit.now());
    engine().set_exit(exit);
  }
  if (!given_up.empty()) {
    const Raised in_callback(in_callback_);
    call(listener.revoked, given_up);
  }
  const bool drained = shell->close(timeout);
  closed_ = true;
  std::vector<std::function<void()>> callbacks = engine().take_callbacks();
  {
    const Raised in_callback(in_callback_);
    for (const std::function<void()>& callback : callbacks) callback();
  }
  if (async_poll_waits_.exchange(false)) {
    std::exchange(async_poll_.source, nullptr)
        ->set(Error(ErrorCode::closed, "the consumer was closed"));
  }
  if (std::optional<Error> error = engine().take_leave_error()) return *std::move(error);
  if (!drained) {
    return Error(ErrorCode::timed_out,
                 "the group was not left in time; it will find out by itself");
  }
  return {};
}

void Consumer::Impl::close_quietly() noexcept {
  const auto try_close = [this] {
    try {
      (void)close(settings.client.close_timeout, GroupExit::by_default);
      return true;
    } catch (...) {
      return false;
    }
  };
  if (try_close()) return;
  // A callback of the application threw; it is not called again, but the group is left all the
  // same.
  listener = {};
  (void)try_close();
}

}  // namespace barnabas
