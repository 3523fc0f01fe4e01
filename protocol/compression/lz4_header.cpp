#include "protocol/compression/lz4_header.hpp"

#include <bit>
#include <cstdint>

namespace barnabas::compression {
namespace {

constexpr std::size_t frame_magic_size = 4;

// FLG and BD, the content size and the dictionary id where FLG says so.
std::size_t descriptor_size(std::byte flags) {
  constexpr std::byte content_size_flag{0x08};
  constexpr std::byte dictionary_flag{0x01};
  return 2 + ((flags & content_size_flag) != std::byte{0} ? std::size_t{8} : 0) +
         ((flags & dictionary_flag) != std::byte{0} ? std::size_t{4} : 0);
}

}  // namespace

// xxHash32 with seed 0 for less than 16 bytes, of which the second byte counts.
std::byte lz4_header_checksum(BytesView descriptor) noexcept {
  constexpr std::uint32_t prime1 = 2654435761U;
  constexpr std::uint32_t prime2 = 2246822519U;
  constexpr std::uint32_t prime3 = 3266489917U;
  constexpr std::uint32_t prime4 = 668265263U;
  constexpr std::uint32_t prime5 = 374761393U;
  std::uint32_t hash = prime5 + static_cast<std::uint32_t>(descriptor.size());
  const std::byte* at = descriptor.begin();
  const auto byte_at = [&](int i) { return std::to_integer<std::uint32_t>(at[i]); };
  for (; descriptor.end() - at >= 4; at += 4) {
    const std::uint32_t word = byte_at(0) | byte_at(1) << 8 | byte_at(2) << 16 | byte_at(3) << 24;
    hash = std::rotl(hash + word * prime3, 17) * prime4;
  }
  for (; at != descriptor.end(); ++at) hash = std::rotl(hash + byte_at(0) * prime5, 11) * prime1;
  hash = (hash ^ (hash >> 15)) * prime2;
  hash = (hash ^ (hash >> 13)) * prime3;
  hash ^= hash >> 16;
  return static_cast<std::byte>(hash >> 8);
}

void correct_lz4_header(std::span<std::byte> frame) noexcept {
  if (frame.size() <= frame_magic_size) return;
  const std::span<std::byte> header = frame.subspan(frame_magic_size);
  const std::size_t size = descriptor_size(header[0]);
  if (header.size() > size) header[size] = lz4_header_checksum(header.first(size));
}

}  // namespace barnabas::compression
