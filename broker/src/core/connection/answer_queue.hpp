#pragma once

#include "broker/src/core/connection/answer.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace barnabas::broker {

/// The requests of one connection that are not answered yet. Handlers may end in any order; answers
/// leave in the order of the requests.
/// Thread-safety: none.
class AnswerQueue {
 public:
  /// A request came in. Returns its sequence, counted from 0.
  std::uint64_t open();
  /// The request's answer. Sequences that are not open, or answered already, are ignored.
  void answer(std::uint64_t sequence, Answer answer);
  /// The answer that is to leave next, if it is there.
  std::optional<Answer> take();

  /// Requests without an answer, and answers that wait for them.
  std::size_t size() const noexcept { return slots_.size(); }
  bool empty() const noexcept { return slots_.empty(); }

 private:
  std::deque<std::optional<Answer>> slots_;
  std::uint64_t first_ = 0;  // the sequence of slots_.front()
};

}  // namespace barnabas::broker
