#include "protocol/wire/gather_buffer.hpp"

#include "tests/support/test_file.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using barnabas::BytesView;
using barnabas::test::TestFile;
using barnabas::wire::FileRange;
using barnabas::wire::GatherBuffer;

TEST_CASE("parts come in order and borrowed ones are not copied") {
  const std::string payload = "payload";
  GatherBuffer buffer;
  buffer.borrow(BytesView(payload).span());
  buffer.append(BytesView("ab").span());
  buffer.borrow(BytesView(payload).span());
  buffer.borrow({});
  buffer.append(BytesView("c").span());
  CHECK(buffer.size() == 17);
  std::vector<std::string> parts;
  const std::byte* first = nullptr;
  buffer.for_each_part([&](std::span<const std::byte> part) {
    if (parts.empty()) first = part.data();
    parts.emplace_back(BytesView(part).text());
  });
  CHECK(parts == std::vector<std::string>{"payload", "ab", "payload", "c"});
  CHECK(static_cast<const void*>(first) == payload.data());
  const std::vector<std::byte> flat = buffer.flatten();
  CHECK(BytesView(flat.data(), flat.size()) == BytesView("payloadabpayloadc"));
}

TEST_CASE("a buffer that was moved from is empty and can be used again") {
  const std::string payload = "payload";
  const auto filled = [&] {
    GatherBuffer buffer;
    buffer.append(BytesView("ab").span());
    buffer.borrow(BytesView(payload).span());
    return buffer;
  };
  GatherBuffer source = filled();
  GatherBuffer target(std::move(source));
  CHECK(target.size() == 9);
  CHECK(source.size() == 0);  // NOLINT(bugprone-use-after-move)
  CHECK(source.flatten().empty());
  source.append(BytesView("c").span());
  CHECK(source.size() == 1);
  target = std::move(source);
  CHECK(target.size() == 1);
  CHECK(source.size() == 0);  // NOLINT(bugprone-use-after-move)
  source = filled();
  target = std::move(source);
  CHECK(target.size() == 9);
  CHECK(source.size() == 0);  // NOLINT(bugprone-use-after-move)
}

TEST_CASE("ranges of files stand where they were put, and reading them changes nothing else") {
  const auto file = std::make_shared<TestFile>("0123456789");
  GatherBuffer buffer;
  buffer.append(BytesView("abcd").span());
  buffer.borrow_at(2, FileRange{file, 3, 4});
  buffer.borrow_at(2, FileRange{file, 0, 0});
  buffer.borrow_at(4, BytesView("ef").span());
  CHECK(buffer.size() == 10);
  CHECK(buffer.owned_size() == 4);
  CHECK(buffer.has_files());

  std::string parts;
  struct {
    std::string& parts;
    void operator()(std::span<const std::byte> part) const {
      parts += std::string(BytesView(part).text()) + "|";
    }
    void operator()(const FileRange& range) const {
      parts += std::to_string(range.position) + "+" + std::to_string(range.size) + "|";
    }
  } print{parts};
  buffer.for_each_part(print);
  CHECK(parts == "ab|3+4|cd|ef|");

  SUBCASE("whole") {
    REQUIRE(buffer.read_files());
    CHECK_FALSE(buffer.has_files());
    CHECK(buffer.size() == 10);
    const std::vector<std::byte> flat = buffer.flatten();
    CHECK(BytesView(flat.data(), flat.size()) == BytesView("ab3456cdef"));
  }
  SUBCASE("cut off") {
    file->cut(5, false);
    const auto read = buffer.read_files();
    REQUIRE_FALSE(read);
    CHECK(read.error() == barnabas::ErrorCode::io_error);
    CHECK(buffer.has_files());
    CHECK(buffer.size() == 10);
  }
  SUBCASE("moved from") {
    const GatherBuffer other = std::move(buffer);
    CHECK(other.has_files());
    CHECK_FALSE(buffer.has_files());  // NOLINT(bugprone-use-after-move)
    CHECK(buffer.size() == 0);
  }
}

TEST_CASE("a file lives as long as a buffer that has a range of it") {
  auto file = std::make_shared<TestFile>("0123456789");
  const std::weak_ptr<TestFile> watch = file;
  GatherBuffer buffer;
  buffer.borrow_at(0, FileRange{std::move(file), 0, 1});
  CHECK_FALSE(watch.expired());
  buffer = GatherBuffer();
  CHECK(watch.expired());
}
