#include "protocol/wire/gather_buffer.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using barnabas::BytesView;
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
