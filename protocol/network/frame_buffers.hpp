#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace barnabas::network {

/// The memory of large frames, to be used again once everybody has let go of the frame that lay in
/// it: new memory of that size comes from the system page by page, at a tenth of the cost of
/// receiving. Shared by the FrameReaders of one engine.
///
/// At most `limit` bytes are kept track of, in use or not; what lies unused is given back little by
/// little while no large frames come (`rest`).
/// Thread-safety: none; buffers handed out may be let go of on any thread.
class FrameBuffers {
 public:
  explicit FrameBuffers(std::size_t limit = std::size_t{64} << 20) noexcept : limit_(limit) {}

  /// At least `capacity` bytes of unspecified content, which nobody else refers to.
  std::shared_ptr<std::byte[]> take(std::size_t capacity);
  /// A small frame came.
  void rest() noexcept;

  std::size_t kept_bytes() const noexcept { return kept_bytes_; }

 private:
  struct Kept {
    std::shared_ptr<std::byte[]> memory;
    std::size_t capacity;
  };
  static constexpr std::size_t granule = std::size_t{256} << 10;
  static constexpr int rests_per_buffer = 8;

  void drop_unused(std::size_t bytes) noexcept;

  std::size_t limit_;
  std::size_t kept_bytes_ = 0;
  int rests_ = 0;
  std::vector<Kept> kept_;
};

}  // namespace barnabas::network
