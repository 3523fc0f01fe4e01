#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace barnabas {

/// CRC-32C (Castagnoli), Kafka's checksum of record batches. `seed` is the checksum of the bytes
/// before `bytes`: crc32c(b, crc32c(a)) == crc32c(a followed by b).
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t seed = 0) noexcept;

/// A number of bytes as crc32c_combine takes it: what they multiply the checksum before them by.
/// Worth keeping where the same bytes follow others again.
class Crc32cLength {
 public:
  constexpr Crc32cLength() = default;  ///< No bytes.
  explicit Crc32cLength(std::uint64_t bytes) noexcept;
  std::uint32_t factor() const noexcept { return factor_; }

 private:
  std::uint32_t factor_ = 0x80000000;
};

/// The checksum of a followed by b, from crc32c(a), crc32c(b) and b's length, without the bytes.
std::uint32_t crc32c_combine(std::uint32_t first, std::uint32_t second,
                             Crc32cLength second_size) noexcept;

}  // namespace barnabas
