#include "protocol/compression/decompressor.hpp"

#include "protocol/compression/codec_support.hpp"
#include "protocol/compression/gzip.hpp"
#ifdef BARNABAS_WITH_LZ4
#include "protocol/compression/lz4.hpp"
#endif
#ifdef BARNABAS_WITH_SNAPPY
#include "protocol/compression/snappy.hpp"
#endif
#ifdef BARNABAS_WITH_ZSTD
#include "protocol/compression/zstd.hpp"
#endif

namespace barnabas::compression {

struct Decompressor::Workspace {
  GzipDecompressor gzip;
#ifdef BARNABAS_WITH_LZ4
  Lz4Decompressor lz4;
#endif
#ifdef BARNABAS_WITH_ZSTD
  ZstdDecompressor zstd;
#endif
};

Decompressor::Decompressor() : workspace_(std::make_unique<Workspace>()) {}
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;
Decompressor::~Decompressor() = default;

Result<void> Decompressor::decompress(Codec codec, BytesView input, std::size_t limit,
                                      ByteBuffer& out) {
  switch (codec) {
    case Codec::none:
      if (input.size() > limit) return too_large(codec);
      out.append(input);
      return {};
    case Codec::gzip:
      return workspace_->gzip.decompress(input, limit, out);
    case Codec::snappy:
#ifdef BARNABAS_WITH_SNAPPY
      return decompress_snappy(input, limit, out);
#else
      break;
#endif
    case Codec::lz4:
#ifdef BARNABAS_WITH_LZ4
      return workspace_->lz4.decompress(input, limit, out);
#else
      break;
#endif
    case Codec::zstd:
#ifdef BARNABAS_WITH_ZSTD
      return workspace_->zstd.decompress(input, limit, out);
#else
      break;
#endif
  }
  return unavailable(codec);
}

Result<void> Decompressor::decompress_magic0(Codec codec, BytesView input, std::size_t limit,
                                             ByteBuffer& out) {
#ifdef BARNABAS_WITH_LZ4
  if (codec == Codec::lz4) return workspace_->lz4.decompress_magic0(input, limit, out);
#endif
  return decompress(codec, input, limit, out);
}

}  // namespace barnabas::compression
