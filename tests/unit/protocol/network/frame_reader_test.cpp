#include "protocol/network/frame_reader.hpp"

#include "tests/support/payloads.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

using barnabas::BytesView;
using barnabas::ErrorCode;
using barnabas::Result;
using barnabas::network::Frame;
using barnabas::network::FrameReader;
using barnabas::test::random_text;

namespace {

std::string prefix(std::uint32_t size) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(size >> shift & 0xFF);
  return text;
}
std::string framed(const std::string& payload) {
  return prefix(static_cast<std::uint32_t>(payload.size())) + payload;
}

std::vector<std::string> drain(FrameReader& reader) {
  std::vector<std::string> frames;
  for (;;) {
    Result<std::optional<Frame>> frame = reader.next_frame();
    REQUIRE(frame);
    if (!*frame) return frames;
    frames.emplace_back(BytesView((*frame)->bytes).text());
  }
}

// Feeds at most `piece` bytes per read; returns the largest buffer that was offered.
std::size_t feed(FrameReader& reader, std::string_view bytes, std::size_t piece,
                 std::vector<std::string>& frames) {
  std::size_t largest = 0;
  while (!bytes.empty()) {
    const std::span<std::byte> room = reader.receive_buffer();
    REQUIRE(!room.empty());
    largest = std::max(largest, room.size());
    const std::size_t count = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), count);
    reader.received(count);
    bytes.remove_prefix(count);
    for (std::string& frame : drain(reader)) frames.push_back(std::move(frame));
  }
  return largest;
}

std::string failure_for(const std::string& bytes, std::size_t limit) {
  FrameReader reader(limit);
  const std::span<std::byte> room = reader.receive_buffer();
  std::memcpy(room.data(), bytes.data(), bytes.size());
  reader.received(bytes.size());
  const Result<std::optional<Frame>> frame = reader.next_frame();
  REQUIRE(!frame);
  CHECK(frame.error() == ErrorCode::malformed_message);
  return frame.error().context();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("frames are the same however the bytes are split") {
  const std::vector<std::string> payloads = {"a", "", random_text(300), "bc", random_text(900, 7),
                                             "d"};
  std::string stream;
  for (const std::string& payload : payloads) stream += framed(payload);
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    FrameReader reader;
    std::vector<std::string> frames;
    feed(reader, std::string_view(stream).substr(0, split), stream.size(), frames);
    feed(reader, std::string_view(stream).substr(split), stream.size(), frames);
    REQUIRE(frames == payloads);
    REQUIRE(reader.pending() == 0);
  }
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 511U, 4096U}) {
    CAPTURE(piece);
    FrameReader reader;
    std::vector<std::string> frames;
    for (int i = 0; i < 20; ++i) feed(reader, stream, piece, frames);
    CHECK(frames.size() == 20 * payloads.size());
    CHECK(std::equal(payloads.begin(), payloads.end(), frames.end() - 6));
  }
}

TEST_CASE("frames of every size around the buffer sizes arrive whole") {
  FrameReader reader;
  for (const std::size_t base : {4096UL, 8192UL, 65536UL, 131072UL}) {
    for (std::size_t size = base - 6; size <= base + 2; ++size) {
      const std::string payload = random_text(size);
      std::vector<std::string> frames;
      feed(reader, framed("x") + framed(payload) + framed("y"), 70000, frames);
      REQUIRE(frames == std::vector<std::string>{"x", payload, "y"});
    }
  }
}

TEST_CASE("a frame outlives the reader and what is received later") {
  Frame first;
  Frame second;
  {
    FrameReader reader;
    std::vector<std::string> others;
    const std::string two = framed("first") + framed("second");
    const std::span<std::byte> room = reader.receive_buffer();
    std::memcpy(room.data(), two.data(), two.size());
    reader.received(two.size());
    first = **reader.next_frame();
    second = **reader.next_frame();
    // Neighbours share one buffer: the second follows the first in memory.
    CHECK(first.bytes.data() + first.bytes.size() + 4 == second.bytes.data());
    CHECK(first.owner == second.owner);
    feed(reader, framed(random_text(10000)) + framed(random_text(100000)), 3000, others);
  }
  CHECK(BytesView(first.bytes) == BytesView("first"));
  CHECK(BytesView(second.bytes) == BytesView("second"));
}

TEST_CASE("a buffer that nobody looks at is used again") {
  FrameReader reader;
  std::vector<std::string> frames;
  const std::byte* const start = reader.receive_buffer().data();
  for (int i = 0; i < 100; ++i) {
    feed(reader, framed(random_text(2000)), 5000, frames);
    CHECK(reader.receive_buffer().data() == start);
  }
}

TEST_CASE("memory follows what arrives, not what a prefix claims") {
  FrameReader reader;
  std::vector<std::string> frames;
  const std::uint32_t claimed = 90U << 20;
  std::size_t sent = 4;
  CHECK(feed(reader, prefix(claimed), 4, frames) <= FrameReader::shared_buffer_size);
  while (sent < 3U << 20) {
    const std::size_t offered = reader.receive_buffer().size();
    CHECK(offered <= std::max(FrameReader::shared_buffer_size, sent));
    feed(reader, random_text(std::min<std::size_t>(offered, 30000)), 30000, frames);
    sent += std::min<std::size_t>(offered, 30000);
  }
  CHECK(frames.empty());
}

TEST_CASE("who has sent a large frame gets room for the next at once") {
  FrameReader reader;
  std::vector<std::string> frames;
  const std::string large = framed(random_text(1U << 20));
  feed(reader, large, large.size(), frames);
  feed(reader, large.substr(0, 10), 10, frames);
  CHECK(reader.receive_buffer().size() == large.size() - 10);
  // Believed up to what it has shown, no further.
  FrameReader other;
  feed(other, large, large.size(), frames);
  feed(other, prefix(50U << 20), 4, frames);
  CHECK(other.receive_buffer().size() == large.size() - 4);
}

TEST_CASE("sizes outside the limit end the stream for good") {
  CHECK(contains(failure_for(prefix(1001), 1000), "frame size 1001 is outside 0 to 1000"));
  CHECK(contains(failure_for(prefix(0xFFFFFFFF), 1000), "frame size -1 is outside"));
  CHECK(contains(failure_for(prefix(0x80000000), FrameReader::default_max_frame_size),
                 "frame size -2147483648"));
  FrameReader reader(1000);
  std::vector<std::string> frames;
  feed(reader, framed(random_text(1000)), 2000, frames);
  CHECK(frames.size() == 1);
  for (int i = 0; i < 3; ++i) {
    const std::string bytes = prefix(1001) + framed("x");
    const std::span<std::byte> room = reader.receive_buffer();
    REQUIRE(room.size() >= bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    reader.received(bytes.size());
    CHECK(!reader.next_frame());
    CHECK(reader.pending() == 0);
  }
}

TEST_CASE("bytes of other protocols are named") {
  const std::size_t limit = FrameReader::default_max_frame_size;
  CHECK(contains(failure_for("HTTP/1.1 400 Bad Request", limit), "HTTP response"));
  CHECK(contains(failure_for("GET / HTTP/1.1", limit), "HTTP request"));
  CHECK(contains(failure_for("POST / HTTP/1.1", limit), "HTTP request"));
  CHECK(contains(failure_for("SSH-2.0-OpenSSH", limit), "SSH"));
  const std::string alert("\x15\x03\x03\x00\x02\x02\x46", 7);
  CHECK(contains(failure_for(alert, limit), "TLS alert"));
  CHECK(contains(failure_for(alert, limit), "first bytes 15030300"));
  CHECK(contains(failure_for(std::string("\x16\x03\x01\x02\x00", 5), limit), "this is TLS,"));
  CHECK(contains(failure_for("random", limit), "does not speak the Kafka protocol"));
}

TEST_CASE("a reader that is not drained still offers room") {
  FrameReader reader;
  const std::string stream = framed(random_text(100000)) + framed(random_text(3000)) + framed("x");
  for (const char byte : stream) {
    const std::span<std::byte> room = reader.receive_buffer();
    REQUIRE(!room.empty());
    room[0] = static_cast<std::byte>(byte);
    reader.received(1);
  }
  CHECK(drain(reader) == std::vector<std::string>{random_text(100000), random_text(3000), "x"});
}

TEST_CASE("memory that is let go of is not missed, and pending bytes are kept") {
  FrameReader reader;
  std::vector<std::string> frames;
  feed(reader, framed("first"), 100, frames);
  reader.let_go();
  const std::string second = framed(random_text(5000));
  feed(reader, second.substr(0, 3000), 5000, frames);
  reader.let_go();
  CHECK(reader.pending() == 3000);
  feed(reader, second.substr(3000), 5000, frames);
  CHECK(frames == std::vector<std::string>{"first", random_text(5000)});
}
