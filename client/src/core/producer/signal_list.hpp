#pragma once

#include "client/src/core/producer/append_lock.hpp"

#include <atomic>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace barnabas::client {

class PartitionQueue;
class ProducerTopic;

/// The part of a queue that can be in a SignalList.
class Signaller {
 private:
  friend class SignalList;
  std::atomic<bool> raised_ = false;
};

/// How senders tell the engine that a queue has something new for it: a batch to send, or one that
/// begins to linger. A queue is listed once, however often it signals before the engine looks, and
/// only the first entry of an empty list wakes the engine: a few times per batch at most, never per
/// record.
/// Thread-safety: complete.
class SignalList {
 public:
  struct Raised {
    std::vector<PartitionQueue*> queues;
    std::vector<ProducerTopic*> topics;
  };

  /// `wake` has the engine run soon; `run_now` does so, too, and may run it on this thread, which
  /// has no lock then. To be set before the first signal.
  void set_wake(std::function<void()> wake, std::function<void()> run_now) {
    wake_ = std::move(wake);
    run_now_ = std::move(run_now);
  }

  /// Has the engine run soon, with or without a signal.
  void wake() const {
    if (wake_) wake_();
  }

  enum class Urgency : bool { soon, now };
  template <class Queue>
  void raise(Queue& queue, Urgency urgency = Urgency::soon) {
    if (queue.raised_.exchange(true)) return;
    bool first = false;
    {
      AppendGuard guard(lock_);
      first = raised_.queues.empty() && raised_.topics.empty();
      if constexpr (std::is_same_v<Queue, ProducerTopic>) {
        raised_.topics.push_back(&queue);
      } else {
        raised_.queues.push_back(&queue);
      }
    }
    if (!first) return;
    if (urgency == Urgency::now && run_now_) {
      run_now_();
    } else {
      wake();
    }
  }

  /// What was raised since the last call, in order. From now on it may be raised again, so look at
  /// the queues after this.
  Raised take();

 private:
  AppendLock lock_;
  Raised raised_;
  std::function<void()> wake_;
  std::function<void()> run_now_;
};

}  // namespace barnabas::client
