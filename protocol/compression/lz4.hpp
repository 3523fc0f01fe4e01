#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/segments.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <memory>
#include <optional>

struct LZ4F_cctx_s;
struct LZ4F_dctx_s;

namespace barnabas::compression {

/// Writes one LZ4 frame as Java does: independent blocks of 64 KiB, no checksums, no content size.
class Lz4Compressor {
 public:
  void compress(std::optional<int> level, Segments input, ByteBuffer& out);

 private:
  struct Free {
    void operator()(LZ4F_cctx_s* context) const noexcept;
  };
  std::unique_ptr<LZ4F_cctx_s, Free> context_;
};

/// Reads one LZ4 frame of any kind: linked blocks and all checksums as well.
class Lz4Decompressor {
 public:
  /// See Decompressor::decompress.
  Result<void> decompress(BytesView input, std::size_t limit, ByteBuffer& out);
  /// See Decompressor::decompress_magic0.
  Result<void> decompress_magic0(BytesView input, std::size_t limit, ByteBuffer& out);

 private:
  struct Free {
    void operator()(LZ4F_dctx_s* context) const noexcept;
  };
  std::unique_ptr<LZ4F_dctx_s, Free> context_;
};

}  // namespace barnabas::compression
