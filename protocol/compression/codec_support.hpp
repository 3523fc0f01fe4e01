#pragma once

#include "protocol/base/byte_buffer.hpp"

#include <barnabas/compression.hpp>
#include <barnabas/error.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace barnabas::compression {

/// The end of a ByteBuffer, to which at most `limit` bytes may be appended.
class BoundedOutput {
 public:
  BoundedOutput(ByteBuffer& out, std::size_t limit)
      : out_(out), start_(out.size()), limit_(limit) {}

  /// Bytes that may still come.
  std::size_t left() const noexcept { return limit_ - (out_.size() - start_); }
  /// Room for at least min(count, left()) bytes and for no more than left().
  std::span<std::byte> room(std::size_t count);
  void commit(std::size_t count) noexcept { out_.commit(count); }
  /// Takes back everything that was appended.
  void roll_back() noexcept { out_.truncate(start_); }

 private:
  ByteBuffer& out_;
  std::size_t start_;
  std::size_t limit_;
};

/// decompression_failed: "lz4: `what`".
Error damaged(Codec codec, std::string_view what);
/// decompression_failed: the content is larger than the limit.
Error too_large(Codec codec);
/// unsupported_compression_type, with the build option that brings the codec.
Error unavailable(Codec codec);

}  // namespace barnabas::compression
