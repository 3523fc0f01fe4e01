#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/segments.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstddef>

namespace barnabas::compression {

/// Writes the framing of Java's SnappyOutputStream ("xerial"): a 16-byte header, then blocks of at
/// most 32 KiB, each behind its length. Every client reads it; raw blocks puzzle some old ones.
class SnappyCompressor {
 public:
  void compress(Segments input, ByteBuffer& out);

 private:
  ByteBuffer block_;  // joins what segment borders tear apart
};

/// Reads xerial framing and single raw blocks. See Decompressor::decompress.
Result<void> decompress_snappy(BytesView input, std::size_t limit, ByteBuffer& out);

}  // namespace barnabas::compression
