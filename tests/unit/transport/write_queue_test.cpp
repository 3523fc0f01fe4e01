#include "protocol/transport/write_queue.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>

using barnabas::BytesView;
using barnabas::transport::WriteQueue;
using barnabas::wire::GatherBuffer;

namespace {

// Owned `head`, borrowed `body`.
GatherBuffer buffer(std::string_view head, const std::shared_ptr<const std::string>& body) {
  GatherBuffer result;
  result.append(BytesView(head).span());
  if (body != nullptr) {
    result.borrow(BytesView(*body).span());
    result.keep_alive(body);
  }
  return result;
}

std::string front(WriteQueue& queue, std::size_t most = 1024) {
  std::string text;
  for (const iovec& part : queue.front(most)) {
    text += std::string_view(static_cast<const char*>(part.iov_base), part.iov_len);
    text += '|';
  }
  return text;
}

}  // namespace

TEST_CASE("parts come in order and shrink byte by byte") {
  const auto body = std::make_shared<const std::string>("body");
  const std::string all =
      "ab"
      "body"
      "c";
  for (std::size_t step = 1; step <= all.size(); ++step) {
    WriteQueue queue;
    queue.push(buffer("ab", body));
    queue.push(GatherBuffer());
    queue.push(buffer("c", nullptr));
    CHECK(front(queue) == "ab|body|c|");
    CHECK(front(queue, 2) == "ab|body|");
    std::string sent;
    while (!queue.empty()) {
      const std::size_t count = std::min(step, queue.size());
      std::string now;
      for (const char c : front(queue)) {
        if (c != '|') now += c;
      }
      sent += now.substr(0, count);
      queue.consume(count);
    }
    CHECK(sent == all);
    CHECK(front(queue).empty());
  }
}

TEST_CASE("a buffer is released with its last byte, not earlier or later") {
  auto first = std::make_shared<const std::string>("first");
  auto second = std::make_shared<const std::string>("second");
  const std::weak_ptr<const std::string> watch_first = first;
  const std::weak_ptr<const std::string> watch_second = second;
  WriteQueue queue;
  queue.push(buffer("", first));
  queue.push(buffer("", second));
  first.reset();
  second.reset();
  queue.consume(4);
  CHECK(!watch_first.expired());
  queue.consume(2);
  CHECK(watch_first.expired());
  CHECK(!watch_second.expired());
  CHECK(front(queue) == "econd|");
  queue.clear();
  CHECK(watch_second.expired());
  CHECK(queue.empty());
}

TEST_CASE("a queue that never runs empty keeps no memory of what is gone") {
  WriteQueue queue;
  queue.push(buffer("x", nullptr));
  for (int i = 0; i < 10000; ++i) {
    queue.push(buffer("yz", nullptr));
    queue.consume(2);
    REQUIRE(queue.size() == 1);
    REQUIRE(queue.front(1024).size() <= 2);
  }
}
