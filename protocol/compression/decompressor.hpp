#pragma once

#include "protocol/base/byte_buffer.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/compression.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <memory>

namespace barnabas::compression {

/// A workspace that decompresses: codec contexts, made on first use and kept.
/// Thread-safety: none; give each thread its own.
class Decompressor {
 public:
  Decompressor();
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;
  ~Decompressor();

  /// Appends what `input` decompresses to. Never appends more than `limit` bytes, and memory grows
  /// with what was really decompressed, not with what `input` claims. Codec::none copies.
  /// Errors: decompression_failed when `input` is damaged or its content exceeds `limit`;
  /// unsupported_compression_type for codecs that do not exist or that this build lacks. On error
  /// `out` is as it was.
  Result<void> decompress(Codec codec, BytesView input, std::size_t limit, ByteBuffer& out);

  /// The same for magic 0 batches, whose lz4 frames have a header checksum computed wrongly.
  Result<void> decompress_magic0(Codec codec, BytesView input, std::size_t limit, ByteBuffer& out);

 private:
  struct Workspace;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace barnabas::compression
