#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace barnabas {

/// CRC-32C (Castagnoli), Kafka's checksum of record batches. `seed` is the checksum of the bytes
/// before `bytes`: crc32c(b, crc32c(a)) == crc32c(a followed by b).
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t seed = 0) noexcept;

/// The checksum of a followed by b, from crc32c(a), crc32c(b) and b's length, without the bytes.
std::uint32_t crc32c_combine(std::uint32_t first, std::uint32_t second,
                             std::uint64_t second_size) noexcept;

}  // namespace barnabas
