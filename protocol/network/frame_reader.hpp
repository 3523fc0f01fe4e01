#pragma once

#include "protocol/network/frame_buffers.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace barnabas::network {

/// One message as it came off the wire, without its size prefix.
/// Lifetime: `bytes` stays valid as long as anybody holds `owner`, whatever becomes of the reader
/// and on any thread, so that records can be views of it. A small frame shares its owner's memory
/// (at most FrameReader::shared_buffer_size) with its neighbours.
struct Frame {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;

  /// `part` of `bytes`, to be changed in place: a broker writes offsets into produced batches.
  /// Requires: nobody else looks at the part.
  static std::span<std::byte> writable(BytesView part) noexcept {
    // The memory behind frames is the reader's own and never const.
    return {const_cast<std::byte*>(part.data()), part.size()};
  }
};

/// Splits a byte stream into frames, each preceded by its size in four big-endian bytes, without
/// copying them on the usual path: bytes are received in place.
///
///   receive_buffer() -> fill some of it -> received(n) -> next_frame() until there is none
///
/// Memory: small frames share one buffer, a large one has a buffer of its own. The buffer grows
/// with what arrived, never with what a prefix claims: at most twice the bytes held, or the size of
/// a frame that this peer really sent before. Thread-safety: none; frames handed out are
/// independent of the reader.
class FrameReader {
 public:
  static constexpr std::size_t default_max_frame_size = std::size_t{100} << 20;
  static constexpr std::size_t shared_buffer_size = std::size_t{64} << 10;

  /// `buffers`: where the memory of large frames comes from; the heap without. Lifetime: they
  /// outlive the reader, but not its frames.
  explicit FrameReader(std::size_t max_frame_size = default_max_frame_size,
                       FrameBuffers* buffers = nullptr)
      : max_frame_size_(max_frame_size), buffers_(buffers) {}

  /// Where the next bytes of the stream go; never empty. Valid until the next call of a member.
  std::span<std::byte> receive_buffer();
  /// `count` bytes were put into receive_buffer(). Requires: count <= its size.
  void received(std::size_t count);
  /// The next complete frame, or nothing when more bytes are needed.
  /// Errors: malformed_message when a size is negative or above the limit, with a hint when the
  /// bytes are those of HTTP or TLS. The stream has no frame boundary any more: the error repeats.
  Result<std::optional<Frame>> next_frame();

  /// Lets go of the memory where nothing is pending: for streams that may now be quiet for long.
  void let_go() noexcept;

  /// Bytes received that no frame was made of yet.
  std::size_t pending() const noexcept { return end_ - begin_; }

 private:
  static constexpr std::size_t smallest_buffer_size = std::size_t{4} << 10;

  std::optional<std::uint32_t> claimed_size() const;
  std::size_t wanted_capacity();
  void recycle();
  void move_to_new_buffer(std::size_t capacity);

  std::size_t max_frame_size_;
  FrameBuffers* buffers_;
  std::shared_ptr<std::byte[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  // of the bytes in buffer_ that no frame was made of
  std::size_t end_ = 0;    // of the bytes received
  std::size_t shared_capacity_ = smallest_buffer_size;
  std::size_t proven_size_ = 0;  // the largest frame that arrived whole
  Error failure_;
};

}  // namespace barnabas::network
