#include "protocol/compression/compressor.hpp"

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

struct Compressor::Workspace {
  ByteBuffer output;
  GzipCompressor gzip;
#ifdef BARNABAS_WITH_SNAPPY
  SnappyCompressor snappy;
#endif
#ifdef BARNABAS_WITH_LZ4
  Lz4Compressor lz4;
#endif
#ifdef BARNABAS_WITH_ZSTD
  ZstdCompressor zstd;
#endif
};

Compressor::Compressor() : workspace_(std::make_unique<Workspace>()) {}
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;
Compressor::~Compressor() = default;

Result<BytesView> Compressor::compress(const Compression& how, Segments input) {
  if (Result<void> valid = how.validate(); !valid) return valid.error();
  ByteBuffer& output = workspace_->output;
  output.clear();
  switch (how.codec()) {
    case Codec::none:
      for (const std::span<const std::byte> segment : input) output.append(segment);
      break;
    case Codec::gzip:
      workspace_->gzip.compress(how.level(), input, output);
      break;
    case Codec::snappy:
#ifdef BARNABAS_WITH_SNAPPY
      workspace_->snappy.compress(input, output);
#endif
      break;
    case Codec::lz4:
#ifdef BARNABAS_WITH_LZ4
      workspace_->lz4.compress(how.level(), input, output);
#endif
      break;
    case Codec::zstd:
#ifdef BARNABAS_WITH_ZSTD
      workspace_->zstd.compress(how.level(), input, output);
#endif
      break;
  }
  return output.view();
}

}  // namespace barnabas::compression
