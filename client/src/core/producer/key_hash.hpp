#pragma once

#include <barnabas/bytes.hpp>

#include <cstdint>

// The hash functions by which Kafka clients map keys to partitions.

namespace barnabas::client {

/// Java's murmur2 with its seed; `& 0x7fffffff` makes Java's partition hash of it.
std::uint32_t murmur2(BytesView key) noexcept;
/// CRC-32 as in IEEE 802.3 and zlib.
std::uint32_t crc32_ieee(BytesView key) noexcept;
/// FNV-1a, read as a signed number and made positive, as sarama and librdkafka do.
std::uint32_t fnv1a_magnitude(BytesView key) noexcept;

}  // namespace barnabas::client
