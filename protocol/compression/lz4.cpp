#ifdef BARNABAS_WITH_LZ4

#include "protocol/compression/lz4.hpp"

#include "protocol/compression/codec_support.hpp"
#include "protocol/compression/lz4_header.hpp"

#include <algorithm>
#include <new>
#include <vector>

#include <lz4frame.h>

namespace barnabas::compression {
namespace {

constexpr int highest_level = 12;

LZ4F_preferences_t preferences(std::optional<int> level) {
  LZ4F_preferences_t wanted{};
  wanted.frameInfo.blockSizeID = LZ4F_max64KB;
  wanted.frameInfo.blockMode = LZ4F_blockIndependent;
  wanted.compressionLevel = std::min(level.value_or(0), highest_level);
  return wanted;
}

// The room given to each call suffices by LZ4F_compressBound: what can fail is the context's
// memory.
std::size_t checked(std::size_t result) {
  if (LZ4F_isError(result) != 0) throw std::bad_alloc();
  return result;
}

}  // namespace

void Lz4Compressor::Free::operator()(LZ4F_cctx_s* context) const noexcept {
  LZ4F_freeCompressionContext(context);
}

void Lz4Compressor::compress(std::optional<int> level, Segments input, ByteBuffer& out) {
  if (context_ == nullptr) {
    LZ4F_cctx* context = nullptr;
    checked(LZ4F_createCompressionContext(&context, LZ4F_VERSION));
    context_.reset(context);
  }
  LZ4F_preferences_t wanted = preferences(level);
  // What comes in one piece need not be gathered into blocks first: that takes memory, and copies.
  wanted.autoFlush = input.size() == 1 ? 1 : 0;
  const std::span<std::byte> header = out.room(LZ4F_HEADER_SIZE_MAX);
  out.commit(checked(LZ4F_compressBegin(context_.get(), header.data(), header.size(), &wanted)));
  for (const std::span<const std::byte> segment : input) {
    const std::span<std::byte> room = out.room(LZ4F_compressBound(segment.size(), &wanted));
    out.commit(checked(LZ4F_compressUpdate(context_.get(), room.data(), room.size(), segment.data(),
                                           segment.size(), nullptr)));
  }
  const std::span<std::byte> room = out.room(LZ4F_compressBound(0, &wanted));
  out.commit(checked(LZ4F_compressEnd(context_.get(), room.data(), room.size(), nullptr)));
}

void Lz4Decompressor::Free::operator()(LZ4F_dctx_s* context) const noexcept {
  LZ4F_freeDecompressionContext(context);
}

Result<void> Lz4Decompressor::decompress(BytesView input, std::size_t limit, ByteBuffer& out) {
  if (context_ == nullptr) {
    LZ4F_dctx* context = nullptr;
    checked(LZ4F_createDecompressionContext(&context, LZ4F_VERSION));
    context_.reset(context);
  }
  LZ4F_resetDecompressionContext(context_.get());
  BoundedOutput output(out, limit);
  const auto fail = [&](Error error) {
    output.roll_back();
    // A reset context still remembers the content size of a frame that it did not finish (lz4 1.9).
    context_.reset();
    return error;
  };
  for (std::span<const std::byte> rest = input;;) {
    // At the limit one byte of room tells a complete frame from one that has more to say.
    std::byte excess{};
    const bool full = output.left() == 0;
    const std::span<std::byte> room =
        full ? std::span(&excess, 1) : output.room(std::max<std::size_t>(4 * rest.size(), 1024));
    std::size_t produced = room.size();
    std::size_t consumed = rest.size();
    const std::size_t wanted =
        LZ4F_decompress(context_.get(), room.data(), &produced, rest.data(), &consumed, nullptr);
    if (LZ4F_isError(wanted) != 0) return fail(damaged(Codec::lz4, LZ4F_getErrorName(wanted)));
    if (full && produced != 0) return fail(too_large(Codec::lz4));
    if (!full) output.commit(produced);
    rest = rest.subspan(consumed);
    if (wanted == 0) {
      if (rest.empty()) return {};
      return fail(damaged(Codec::lz4, "bytes follow the frame"));
    }
    if (consumed == 0 && produced == 0) return fail(damaged(Codec::lz4, "the frame is cut short"));
  }
}

Result<void> Lz4Decompressor::decompress_magic0(BytesView input, std::size_t limit,
                                                ByteBuffer& out) {
  std::vector<std::byte> corrected(input.begin(), input.end());
  correct_lz4_header(corrected);
  return decompress(corrected, limit, out);
}

}  // namespace barnabas::compression

#endif
