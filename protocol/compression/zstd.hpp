#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/segments.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <memory>
#include <optional>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace barnabas::compression {

/// Writes one frame with its content size and without a checksum.
class ZstdCompressor {
 public:
  void compress(std::optional<int> level, Segments input, ByteBuffer& out);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
};

/// Reads frames with and without a content size, straight into the output: the window needs no
/// memory of its own, however large the frame declares it.
class ZstdDecompressor {
 public:
  /// See Decompressor::decompress.
  Result<void> decompress(BytesView input, std::size_t limit, ByteBuffer& out);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
};

}  // namespace barnabas::compression
