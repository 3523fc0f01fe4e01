#include "protocol/network/frame_reader.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas::network {
namespace {

constexpr std::size_t prefix_size = 4;
// Less room than this is not worth a read of its own.
constexpr std::size_t smallest_read = 512;

std::string hexadecimal(std::span<const std::byte, prefix_size> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte value : bytes) {
    text += digits[std::to_integer<std::size_t>(value >> 4)];
    text += digits[std::to_integer<std::size_t>(value & std::byte{15})];
  }
  return text;
}

// What most likely stands behind a size that cannot be one.
std::string_view likely_cause(std::span<const std::byte, prefix_size> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text == "HTTP") return "this is an HTTP response: the port belongs to a web server or proxy";
  constexpr std::array<std::string_view, 8> http_methods = {"GET ", "POST", "PUT ", "HEAD",
                                                            "DELE", "OPTI", "PATC", "CONN"};
  if (std::find(http_methods.begin(), http_methods.end(), text) != http_methods.end()) {
    return "this is an HTTP request: the peer takes this port for a web server";
  }
  if (text == "SSH-") return "this is SSH: wrong port";
  const bool tls_record = bytes[0] >= std::byte{0x14} && bytes[0] <= std::byte{0x17};
  if (tls_record && bytes[1] == std::byte{3}) {
    return bytes[0] == std::byte{0x15}
               ? "this is a TLS alert: the peer expects TLS on this port, check security.protocol"
               : "this is TLS, but plaintext is spoken on this connection: check security.protocol";
  }
  return "the peer does not speak the Kafka protocol, or the limit is too small";
}

Error impossible_size(std::span<const std::byte, prefix_size> prefix, std::uint32_t size,
                      std::size_t limit) {
  std::string text = "frame size " + std::to_string(static_cast<std::int32_t>(size));
  text += " is outside 0 to " + std::to_string(limit) + " (first bytes ";
  text += hexadecimal(prefix);
  text += "): ";
  text += likely_cause(prefix);
  return Error(ErrorCode::malformed_message, std::move(text));
}

}  // namespace

std::span<std::byte> FrameReader::receive_buffer() {
  if (pending() == 0) recycle();
  const std::size_t wanted = wanted_capacity();
  if (capacity_ - begin_ < wanted) move_to_new_buffer(wanted);
  return {buffer_.get() + end_, capacity_ - end_};
}

void FrameReader::received(std::size_t count) {
  assert(count <= capacity_ - end_);
  // Behind a broken prefix there is nothing to find, and nothing must pile up.
  if (failure_.ok()) end_ += count;
}

Result<std::optional<Frame>> FrameReader::next_frame() {
  if (!failure_.ok()) return failure_;
  const std::optional<std::uint32_t> size = claimed_size();
  if (!size) return std::optional<Frame>();
  const std::byte* const start = buffer_.get() + begin_;
  if (*size > max_frame_size_) {
    failure_ = impossible_size(std::span<const std::byte, prefix_size>(start, prefix_size), *size,
                               max_frame_size_);
    begin_ = end_;
    return failure_;
  }
  if (pending() - prefix_size < *size) return std::optional<Frame>();
  proven_size_ = std::max<std::size_t>(proven_size_, *size);
  begin_ += prefix_size + *size;
  return std::optional<Frame>(Frame{buffer_, {start + prefix_size, *size}});
}

// The size prefix of the frame that begins at begin_, once it is there.
std::optional<std::uint32_t> FrameReader::claimed_size() const {
  if (pending() < prefix_size) return std::nullopt;
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < prefix_size; ++i) {
    size = size << 8 |
           std::to_integer<std::uint32_t>(buffer_[static_cast<std::ptrdiff_t>(begin_ + i)]);
  }
  return size;
}

// How much a buffer must hold from begin_ on, so that the next read is worth its system call.
std::size_t FrameReader::wanted_capacity() {
  const std::size_t enough_to_read = pending() + smallest_read;
  const std::size_t claimed = claimed_size().value_or(0);
  if (claimed > max_frame_size_) return enough_to_read;
  const std::size_t whole = prefix_size + claimed;
  if (whole <= shared_buffer_size || whole <= pending()) return std::max(whole, enough_to_read);
  // A large frame. Memory follows what has arrived, so that a prefix alone costs the peer something
  // before it costs us; only who has sent such a frame before is believed at once.
  const std::size_t affordable = std::max(shared_buffer_size, 2 * std::bit_floor(pending()));
  return std::min(whole, std::max(affordable, prefix_size + proven_size_));
}

// Starts over in the same memory when nobody else looks at it any more.
void FrameReader::recycle() {
  if (buffer_.use_count() == 1) {
    // use_count() orders nothing. Letting go of a second reference does: what holders on other
    // threads read is done before new bytes overwrite it.
    std::shared_ptr<std::byte[]>(buffer_).reset();
    begin_ = end_ = 0;
    if (buffers_ != nullptr && capacity_ <= shared_buffer_size) buffers_->rest();
  }
  if (capacity_ > shared_buffer_size) {
    buffer_.reset();
    capacity_ = begin_ = end_ = 0;
  }
}

void FrameReader::let_go() noexcept {
  if (pending() != 0) return;
  buffer_.reset();
  capacity_ = begin_ = end_ = 0;
}

// Gives the pending bytes a buffer with room for at least `capacity` bytes in all.
void FrameReader::move_to_new_buffer(std::size_t capacity) {
  if (capacity <= shared_buffer_size) {
    // Buffers that fill up earn a larger successor; quiet connections stay small.
    if (capacity_ != 0) shared_capacity_ = std::min(2 * shared_capacity_, shared_buffer_size);
    capacity = std::max(capacity, shared_capacity_);
  }
  const bool large = capacity > shared_buffer_size;
  auto buffer = large && buffers_ != nullptr
                    ? buffers_->take(capacity)
                    : std::make_shared_for_overwrite<std::byte[]>(capacity);
  if (pending() > 0) std::memcpy(buffer.get(), buffer_.get() + begin_, pending());
  buffer_ = std::move(buffer);
  capacity_ = capacity;
  end_ = pending();
  begin_ = 0;
}

}  // namespace barnabas::network
