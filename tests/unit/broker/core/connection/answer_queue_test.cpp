#include "broker/src/core/connection/answer_queue.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <string>

namespace barnabas::broker {
namespace {

Answer text(std::string_view content) {
  wire::GatherBuffer frame;
  frame.append(BytesView(content));
  return Answer::send(std::move(frame));
}

std::string taken(AnswerQueue& queue) {
  const std::optional<Answer> answer = queue.take();
  if (!answer) return "(nothing)";
  const std::vector<std::byte> bytes = answer->frame.flatten();
  return std::string(BytesView(bytes.data(), bytes.size()).text());
}

TEST_CASE("answer_queue: answers leave in the order of their requests") {
  AnswerQueue queue;
  const std::uint64_t a = queue.open(), b = queue.open(), c = queue.open();
  queue.answer(c, text("c"));
  queue.answer(b, text("b"));
  CHECK(taken(queue) == "(nothing)");
  queue.answer(a, text("a"));
  CHECK(taken(queue) == "a");
  CHECK(taken(queue) == "b");
  CHECK(taken(queue) == "c");
  CHECK(queue.empty());
}

TEST_CASE("answer_queue: the first answer counts, unknown sequences do not") {
  AnswerQueue queue;
  const std::uint64_t a = queue.open();
  queue.answer(a, text("first"));
  queue.answer(a, text("second"));
  queue.answer(a + 1, text("never asked"));
  CHECK(taken(queue) == "first");
  queue.answer(a, text("late"));
  CHECK(taken(queue) == "(nothing)");
}

}  // namespace
}  // namespace barnabas::broker
