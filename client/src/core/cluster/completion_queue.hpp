#pragma once

#include "client/src/core/cluster/operation.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/error.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <variant>

namespace barnabas::client {

/// What is to be told to the engine, in the order in which it happened. Everything is told at the
/// end of an event, so that a callback may use the cluster as it likes.
class CompletionQueue {
 public:
  using Notice = std::function<void(const Now&)>;

  void succeed(std::unique_ptr<Operation> operation, const ReplyInfo& info) {
    queue_.emplace_back(Outcome{std::move(operation), info, Error()});
  }
  void fail(std::unique_ptr<Operation> operation, const ReplyInfo& info, Error error) {
    queue_.emplace_back(Outcome{std::move(operation), info, std::move(error)});
  }
  void notify(Notice notice) { queue_.emplace_back(std::move(notice)); }

  bool empty() const noexcept { return queue_.empty(); }
  /// Runs the oldest. Requires: !empty().
  void run_one(const Now& now) {
    Entry entry = std::move(queue_.front());
    queue_.pop_front();
    if (auto* notice = std::get_if<Notice>(&entry)) {
      (*notice)(now);
      return;
    }
    auto& outcome = std::get<Outcome>(entry);
    if (outcome.error.ok()) {
      outcome.operation->succeed(now, outcome.info);
    } else {
      outcome.operation->fail(now, outcome.info, std::move(outcome.error));
    }
  }

 private:
  struct Outcome {
    std::unique_ptr<Operation> operation;
    ReplyInfo info;
    Error error;
  };
  using Entry = std::variant<Outcome, Notice>;
  std::deque<Entry> queue_;
};

}  // namespace barnabas::client
