#include "protocol/transport/write_queue.hpp"

#include "tests/support/test_file.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

using barnabas::BytesView;
using barnabas::test::TestFile;
using barnabas::transport::WriteQueue;
using barnabas::wire::FileRange;
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
  if (const FileRange* range = queue.front_range()) {
    CHECK(queue.front(most).empty());
    std::string text(range->size, ' ');
    REQUIRE(read_all(*range, std::as_writable_bytes(std::span(text))));
    return text + "#";
  }
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

TEST_CASE("ranges of files come between the parts and shrink byte by byte") {
  const auto file = std::make_shared<TestFile>("0123456789");
  const std::string all = "ab3456cdef789";
  for (std::size_t step = 1; step <= all.size(); ++step) {
    WriteQueue queue;
    GatherBuffer first;
    first.append(BytesView("abcd").span());
    first.borrow_at(2, FileRange{file, 3, 4});
    queue.push(std::move(first));
    queue.push(buffer("ef", nullptr));
    GatherBuffer last;
    last.borrow_at(0, FileRange{file, 7, 3});
    queue.push(std::move(last));
    CHECK(queue.size() == all.size());
    CHECK(front(queue) == "ab|");
    std::string sent;
    while (!queue.empty()) {
      std::string now = front(queue);
      now.erase(std::remove_if(now.begin(), now.end(), [](char c) { return c == '|' || c == '#'; }),
                now.end());
      const std::size_t count = std::min(step, now.size());
      sent += now.substr(0, count);
      queue.consume(count);
    }
    CHECK(sent == all);
    CHECK(front(queue).empty());
    CHECK(queue.front_range() == nullptr);
  }
}

TEST_CASE("one count may go over parts, ranges and buffers") {
  const auto file = std::make_shared<TestFile>("0123456789");
  WriteQueue queue;
  for (int i = 0; i < 2; ++i) {
    GatherBuffer bytes;
    bytes.append(BytesView("abcd").span());
    bytes.borrow_at(2, FileRange{file, 0, 5});
    queue.push(std::move(bytes));
  }
  queue.consume(13);
  CHECK(queue.size() == 5);
  CHECK(front(queue) == "234#");
  queue.consume(4);
  CHECK(front(queue) == "d|");
}

TEST_CASE("a file is let go with its last byte, and on clear") {
  auto first = std::make_shared<TestFile>("first");
  auto second = std::make_shared<TestFile>("second");
  const std::weak_ptr<TestFile> watch_first = first;
  const std::weak_ptr<TestFile> watch_second = second;
  WriteQueue queue;
  for (auto* file : {&first, &second}) {
    GatherBuffer bytes;
    bytes.borrow_at(0, FileRange{std::move(*file), 0, 5});
    queue.push(std::move(bytes));
  }
  queue.consume(4);
  CHECK_FALSE(watch_first.expired());
  queue.consume(1);
  CHECK(watch_first.expired());
  CHECK_FALSE(watch_second.expired());
  queue.clear();
  CHECK(watch_second.expired());
  CHECK(queue.front_range() == nullptr);
}

TEST_CASE("a queue of ranges that never runs empty keeps no memory of what is gone") {
  const auto file = std::make_shared<TestFile>("0123456789");
  WriteQueue queue;
  queue.push(buffer("x", nullptr));
  for (int i = 0; i < 1000; ++i) {
    GatherBuffer bytes;
    bytes.borrow_at(0, FileRange{file, 0, 2});
    queue.push(std::move(bytes));
    queue.consume(2);
    REQUIRE(queue.size() == 1);
    REQUIRE(file.use_count() <= 4);
  }
}
