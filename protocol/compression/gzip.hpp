#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/segments.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <memory>
#include <optional>

struct z_stream_s;

namespace barnabas::compression {

/// Writes one RFC 1952 member. The deflate state, some 270 kB, is kept while the level stays the
/// same.
class GzipCompressor {
 public:
  void compress(std::optional<int> level, Segments input, ByteBuffer& out);

 private:
  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, End> stream_;
  int level_ = 0;
};

/// Reads members with gzip or zlib headers, one or more behind each other.
class GzipDecompressor {
 public:
  /// See Decompressor::decompress.
  Result<void> decompress(BytesView input, std::size_t limit, ByteBuffer& out);

 private:
  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, End> stream_;
};

}  // namespace barnabas::compression
