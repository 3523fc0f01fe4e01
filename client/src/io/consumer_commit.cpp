#include "client/src/io/consumer_impl.hpp"
#include "client/src/io/process.hpp"

#include <utility>

// Commits of a Consumer.

namespace barnabas {

using client::ClientShell;

namespace {

// The engine ends every commit at its deadline; this is for a machine that stutters.
constexpr std::chrono::seconds slack{5};

Error no_group() {
  return Error(ErrorCode::invalid_state, "only consumers with a group can commit");
}

}  // namespace

Result<void> Consumer::Impl::may_change() const {
  if (!shell->driver().usable()) return client::used_after_fork();
  if (closed_) return Error(ErrorCode::invalid_state, "the consumer was closed");
  if (in_callback_) {
    return Error(ErrorCode::invalid_state, "not possible within a rebalance or commit callback");
  }
  if (async_poll_waits_) {
    return Error(ErrorCode::invalid_state, "an asynchronous poll is under way");
  }
  return {};
}

Result<void> Consumer::Impl::may_wait() const {
  if (Result<void> may = may_change(); !may) return may;
  if (shell->on_own_thread()) {
    return Error(ErrorCode::invalid_state, "waiting on the client's own thread could never end");
  }
  return {};
}

Result<void> Consumer::Impl::commit(std::optional<Offsets> offsets,
                                    std::optional<Timeout> timeout) {
  if (shell->on_own_thread()) {
    return Error(ErrorCode::invalid_state, "waiting on the client's own thread could never end");
  }
  ClientShell::Visit visit(*shell);
  if (closed_ || visit.closed()) return Error(ErrorCode::invalid_state, "the consumer was closed");
  if (!engine().has_group()) return no_group();
  if (!offsets) offsets = engine().assignment().positions();
  if (offsets->empty()) return {};
  const auto outcome = std::make_shared<std::optional<Result<void>>>();
  engine().commit(
      visit.now(), *std::move(offsets), deadline_after(visit.now().monotonic, limit(timeout)),
      [outcome](const Now&, const Result<void>& result, const Offsets&) { *outcome = result; });
  (void)visit.wait([&] { return outcome->has_value(); }, limit(timeout) + slack);
  return outcome->value_or(Error(ErrorCode::timed_out, "the commit may still take effect"));
}

void Consumer::Impl::commit_async(std::optional<Offsets> offsets, CommitCallback callback) {
  ClientShell::Visit visit(*shell);
  if (!offsets) offsets = engine().assignment().positions();
  if (closed_ || visit.closed() || !engine().has_group()) {
    const Error error = engine().has_group()
                            ? Error(ErrorCode::invalid_state, "the consumer was closed")
                            : no_group();
    if (callback) {
      engine().post_callback([callback, error, offsets] { callback(error, *offsets); });
    }
    return;
  }
  engine().commit(
      visit.now(), *std::move(offsets), deadline_after(visit.now().monotonic, limit(std::nullopt)),
      [this, callback = std::move(callback)](const Now&, const Result<void>& result,
                                             const Offsets& committed) {
        if (!callback) return;
        engine().post_callback([callback, result, committed] { callback(result, committed); });
      });
}

Future<void> Consumer::Impl::commit_async(std::optional<Offsets> offsets) {
  if (!engine().has_group()) return Future<void>::ready(no_group());
  return run<void>([&](client::ConsumerEngine& with, const Now& now, auto done) {
    if (!offsets) offsets = with.assignment().positions();
    with.commit(now, *std::move(offsets), deadline_after(now.monotonic, limit(std::nullopt)),
                [done](const Now&, const Result<void>& result, const Offsets&) { done(result); });
  });
}

}  // namespace barnabas
