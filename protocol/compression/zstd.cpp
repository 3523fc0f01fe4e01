#ifdef BARNABAS_WITH_ZSTD

#include "protocol/compression/zstd.hpp"

#include "protocol/compression/codec_support.hpp"

#include <algorithm>
#include <array>
#include <new>

#include <zstd.h>
#include <zstd_errors.h>

namespace barnabas::compression {
namespace {

constexpr int default_level = 3;
// Where a frame does not say its content's size: rarely exceeded, and exceeding it costs little.
constexpr std::size_t usual_ratio = 8;
constexpr std::size_t smallest_guess = std::size_t{64} * 1024;
constexpr std::size_t growth = 4;

std::size_t guess_content_size(BytesView input) {
  const unsigned long long size = ZSTD_getFrameContentSize(input.data(), input.size());
  if (size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR) return size;
  return std::max(usual_ratio * input.size(), smallest_guess);
}

}  // namespace

void ZstdCompressor::Free::operator()(ZSTD_CCtx_s* context) const noexcept {
  ZSTD_freeCCtx(context);
}

void ZstdCompressor::compress(std::optional<int> level, Segments input, ByteBuffer& out) {
  if (context_ == nullptr) {
    context_.reset(ZSTD_createCCtx());
    if (context_ == nullptr) throw std::bad_alloc();
  }
  ZSTD_CCtx* const context = context_.get();
  const std::size_t size = total_size(input);
  ZSTD_CCtx_reset(context, ZSTD_reset_session_only);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level.value_or(default_level));
  ZSTD_CCtx_setPledgedSrcSize(context, size);
  const std::span<std::byte> room = out.room(ZSTD_compressBound(size));
  ZSTD_outBuffer target{room.data(), room.size(), 0};
  const auto feed = [&](std::span<const std::byte> bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer source{bytes.data(), bytes.size(), 0};
    std::size_t left = 0;
    do {
      left = ZSTD_compressStream2(context, &target, &source, directive);
      // The room suffices by ZSTD_compressBound: what can fail is the context's own memory.
      if (ZSTD_isError(left) != 0) throw std::bad_alloc();
    } while (source.pos < source.size || (directive == ZSTD_e_end && left != 0));
  };
  if (!input.empty()) {
    for (const std::span<const std::byte> segment : input.first(input.size() - 1)) {
      feed(segment, ZSTD_e_continue);
    }
  }
  feed(input.empty() ? std::span<const std::byte>() : input.back(), ZSTD_e_end);
  out.commit(target.pos);
}

void ZstdDecompressor::Free::operator()(ZSTD_DCtx_s* context) const noexcept {
  ZSTD_freeDCtx(context);
}

Result<void> ZstdDecompressor::decompress(BytesView input, std::size_t limit, ByteBuffer& out) {
  if (context_ == nullptr) {
    context_.reset(ZSTD_createDCtx());
    if (context_ == nullptr) throw std::bad_alloc();
  }
  if (input.empty()) return damaged(Codec::zstd, "the frame is missing");
  const std::size_t start = out.size();
  for (std::size_t capacity = std::min(guess_content_size(input), limit);;
       capacity = std::min(std::max(capacity * growth, smallest_guess), limit)) {
    out.reserve(start + std::max<std::size_t>(capacity, 1));
    const std::size_t size = ZSTD_decompressDCtx(context_.get(), out.room(0).data(), capacity,
                                                 input.data(), input.size());
    if (ZSTD_isError(size) == 0) {
      out.commit(size);
      return {};
    }
    if (ZSTD_getErrorCode(size) != ZSTD_error_dstSize_tooSmall) {
      return damaged(Codec::zstd, ZSTD_getErrorName(size));
    }
    if (capacity == limit) return too_large(Codec::zstd);
  }
}

}  // namespace barnabas::compression

#endif
