#include "protocol/network/frame_buffers.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>

using barnabas::network::FrameBuffers;

namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20;

}  // namespace

TEST_CASE("frame buffers: memory comes back once nobody refers to it any more") {
  FrameBuffers buffers(10 * megabyte);
  auto first = buffers.take(megabyte);
  const std::byte* const at = first.get();
  const auto frame = first;  // somebody reads a record of it
  first.reset();
  CHECK(buffers.take(megabyte).get() != at);
  const_cast<std::shared_ptr<std::byte[]>&>(frame).reset();
  CHECK(buffers.take(megabyte - 1000).get() == at);
}

TEST_CASE("frame buffers: a buffer is not taken for a frame that is much smaller, or larger") {
  FrameBuffers buffers(10 * megabyte);
  const std::byte* const at = buffers.take(4 * megabyte).get();
  CHECK(buffers.take(megabyte).get() != at);
  CHECK(buffers.take(4 * megabyte + 1).get() != at);
  CHECK(buffers.take(4 * megabyte).get() == at);
}

TEST_CASE("frame buffers: no more is kept than the limit allows") {
  FrameBuffers buffers(2 * megabyte);
  const auto first = buffers.take(megabyte);
  auto second = buffers.take(megabyte);
  const auto third = buffers.take(megabyte);  // beyond the limit, and so not kept
  CHECK(buffers.kept_bytes() == 2 * megabyte);
  second.reset();
  const auto large = buffers.take(megabyte + megabyte / 2);  // the unused one makes no room for it
  CHECK(buffers.kept_bytes() <= 2 * megabyte);
}

TEST_CASE("frame buffers: what lies unused is given back while only small frames come") {
  FrameBuffers buffers(10 * megabyte);
  const auto used = buffers.take(megabyte);
  buffers.take(2 * megabyte);
  CHECK(buffers.kept_bytes() == 3 * megabyte);
  for (int i = 0; i < 100; ++i) buffers.rest();
  CHECK(buffers.kept_bytes() == megabyte);
}
