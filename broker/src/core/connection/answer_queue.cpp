#include "broker/src/core/connection/answer_queue.hpp"

#include <utility>

namespace barnabas::broker {

std::uint64_t AnswerQueue::open() {
  slots_.emplace_back();
  return first_ + slots_.size() - 1;
}

void AnswerQueue::answer(std::uint64_t sequence, Answer answer) {
  if (sequence < first_ || sequence - first_ >= slots_.size()) return;
  std::optional<Answer>& slot = slots_[sequence - first_];
  if (!slot) slot = std::move(answer);
}

std::optional<Answer> AnswerQueue::take() {
  if (slots_.empty() || !slots_.front()) return std::nullopt;
  std::optional<Answer> answer = std::move(slots_.front());
  slots_.pop_front();
  ++first_;
  return answer;
}

}  // namespace barnabas::broker
