#include "protocol/compression/gzip.hpp"

#include "protocol/compression/codec_support.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include <zlib.h>

namespace barnabas::compression {
namespace {

constexpr int gzip_header = 16;
constexpr int gzip_or_zlib_header = 32;

uInt clamp_to_uint(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

// zlib does not write through next_in, but takes it without const.
Bytef* input_pointer(const std::byte* data) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data));
}

// Feeds `input` (the last call: with Z_FINISH) and collects what comes out.
void deflate_into(z_stream& stream, std::span<const std::byte> input, int flush, ByteBuffer& out) {
  std::size_t fed = 0;
  for (bool done = false; !done;) {
    const uInt part = clamp_to_uint(input.size() - fed);
    stream.next_in = input_pointer(input.data() + fed);
    stream.avail_in = part;
    const std::span<std::byte> room = out.room(deflateBound(&stream, part));
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = clamp_to_uint(room.size());
    const uInt available = stream.avail_out;
    const bool last_part = fed + part == input.size();
    const int status = deflate(&stream, last_part ? flush : Z_NO_FLUSH);
    out.commit(available - stream.avail_out);
    fed += part - stream.avail_in;
    done = flush == Z_FINISH ? status == Z_STREAM_END : fed == input.size();
  }
}

}  // namespace

void GzipCompressor::End::operator()(z_stream_s* stream) const noexcept {
  deflateEnd(stream);
  delete stream;
}

void GzipCompressor::compress(std::optional<int> level, Segments input, ByteBuffer& out) {
  const int wanted = level.value_or(Z_DEFAULT_COMPRESSION);
  if (stream_ == nullptr || level_ != wanted) {
    stream_.reset(new z_stream{});
    if (deflateInit2(stream_.get(), wanted, Z_DEFLATED, MAX_WBITS + gzip_header, MAX_MEM_LEVEL - 1,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      stream_.reset();
      throw std::bad_alloc();
    }
    level_ = wanted;
  } else {
    deflateReset(stream_.get());
  }
  for (const std::span<const std::byte> segment : input) {
    deflate_into(*stream_, segment, Z_NO_FLUSH, out);
  }
  deflate_into(*stream_, {}, Z_FINISH, out);
}

void GzipDecompressor::End::operator()(z_stream_s* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

Result<void> GzipDecompressor::decompress(BytesView input, std::size_t limit, ByteBuffer& out) {
  if (stream_ == nullptr) {
    stream_.reset(new z_stream{});
    if (inflateInit2(stream_.get(), MAX_WBITS + gzip_or_zlib_header) != Z_OK) {
      stream_.reset();
      throw std::bad_alloc();
    }
  } else {
    inflateReset(stream_.get());
  }
  z_stream& stream = *stream_;
  BoundedOutput output(out, limit);
  const auto fail = [&](Error error) {
    output.roll_back();
    return error;
  };
  std::size_t fed = 0;
  while (true) {
    const uInt part = clamp_to_uint(input.size() - fed);
    stream.next_in = input_pointer(input.data() + fed);
    stream.avail_in = part;
    // At the limit one byte of room tells a complete stream from one that has more to say.
    std::byte excess{};
    const bool full = output.left() == 0;
    const std::span<std::byte> room =
        full ? std::span(&excess, 1)
             : output.room(std::max<std::size_t>(4 * std::size_t{part}, 1024));
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = clamp_to_uint(room.size());
    const uInt available = stream.avail_out;
    const int status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t produced = available - stream.avail_out;
    if (full && produced != 0) return fail(too_large(Codec::gzip));
    if (!full) output.commit(produced);
    fed += part - stream.avail_in;
    if (status == Z_STREAM_END) {
      if (fed == input.size()) return {};
      inflateReset(&stream);
    } else if (status == Z_BUF_ERROR || (status == Z_OK && fed == input.size() && produced == 0)) {
      return fail(damaged(Codec::gzip, "the stream is cut short"));
    } else if (status != Z_OK) {
      return fail(
          damaged(Codec::gzip, stream.msg != nullptr ? stream.msg : "the stream is damaged"));
    }
  }
}

}  // namespace barnabas::compression
