#ifdef BARNABAS_WITH_SNAPPY

#include "protocol/compression/snappy.hpp"

#include "protocol/compression/codec_support.hpp"
#include "protocol/wire/big_endian.hpp"

#include <algorithm>
#include <array>

#include <snappy.h>

namespace barnabas::compression {
namespace {

constexpr std::array<std::uint8_t, 16> xerial_header = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0,
                                                        0,    0,   0,   1,   0,   0,   0,   1};
constexpr std::size_t magic_size = 8;
constexpr std::size_t length_size = 4;
constexpr std::size_t block_size = std::size_t{32} * 1024;
// The densest element, a copy with a 2-byte offset, turns 3 bytes into 64.
constexpr std::size_t largest_ratio = 22;

BytesView header_bytes() { return std::as_bytes(std::span(xerial_header)); }

const char* chars(const std::byte* data) { return reinterpret_cast<const char*>(data); }
char* chars(std::byte* data) { return reinterpret_cast<char*>(data); }

void write_block(std::span<const std::byte> block, ByteBuffer& out) {
  const std::span<std::byte> room =
      out.room(length_size + ::snappy::MaxCompressedLength(block.size()));
  std::size_t size = 0;
  ::snappy::RawCompress(chars(block.data()), block.size(), chars(room.data() + length_size), &size);
  wire::store_big_endian(room.data(), static_cast<std::uint32_t>(size));
  out.commit(length_size + size);
}

Result<void> read_block(BytesView block, BoundedOutput& output) {
  std::size_t size = 0;
  if (!::snappy::GetUncompressedLength(chars(block.data()), block.size(), &size) ||
      size / largest_ratio > block.size()) {
    return damaged(Codec::snappy, "a block has a wrong length");
  }
  if (size > output.left()) return too_large(Codec::snappy);
  // Not even an empty block may be written to a null pointer.
  const std::span<std::byte> room = output.room(std::max<std::size_t>(size, 1));
  if (!::snappy::RawUncompress(chars(block.data()), block.size(), chars(room.data()))) {
    return damaged(Codec::snappy, "a block is damaged");
  }
  output.commit(size);
  return {};
}

bool starts_with_header(BytesView input) {
  return input.size() >= xerial_header.size() &&
         BytesView(input.data(), magic_size) == BytesView(header_bytes().data(), magic_size);
}

Result<void> read_xerial(BytesView input, BoundedOutput& output) {
  std::span<const std::byte> rest = input;
  while (!rest.empty()) {
    // Concatenated streams repeat the header where a length would stand.
    if (starts_with_header(rest)) {
      rest = rest.subspan(xerial_header.size());
      continue;
    }
    if (rest.size() < length_size) return damaged(Codec::snappy, "the stream is cut short");
    const auto size = wire::load_big_endian<std::uint32_t>(rest.data());
    rest = rest.subspan(length_size);
    if (size > rest.size()) return damaged(Codec::snappy, "the stream is cut short");
    if (Result<void> read = read_block(rest.first(size), output); !read) return read;
    rest = rest.subspan(size);
  }
  return {};
}

}  // namespace

void SnappyCompressor::compress(Segments input, ByteBuffer& out) {
  out.append(header_bytes());
  block_.clear();
  for (std::span<const std::byte> rest : input) {
    while (!rest.empty()) {
      if (block_.empty() && rest.size() >= block_size) {
        write_block(rest.first(block_size), out);
        rest = rest.subspan(block_size);
        continue;
      }
      const std::size_t part = std::min(rest.size(), block_size - block_.size());
      block_.append(rest.first(part));
      rest = rest.subspan(part);
      if (block_.size() == block_size) {
        write_block(block_.view(), out);
        block_.clear();
      }
    }
  }
  if (!block_.empty()) write_block(block_.view(), out);
}

Result<void> decompress_snappy(BytesView input, std::size_t limit, ByteBuffer& out) {
  BoundedOutput output(out, limit);
  Result<void> read =
      starts_with_header(input) ? read_xerial(input, output) : read_block(input, output);
  if (!read) output.roll_back();
  return read;
}

}  // namespace barnabas::compression

#endif
