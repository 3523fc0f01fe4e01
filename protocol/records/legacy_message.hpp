#pragma once

#include "protocol/base/time.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/compression.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace barnabas::records {

/// The least that the size field of an entry can count: crc, magic, attributes and two lengths.
inline constexpr std::int32_t legacy_smallest_size = 14;

/// One entry of a magic 0 or 1 message set: a message, or a wrapper whose value is a compressed
/// message set. Lifetime: that of the bytes it was parsed from.
struct LegacyMessage {
  std::int64_t offset = 0;
  std::size_t total_size = 0;  ///< Of the whole entry, offset and size included.
  std::int8_t magic = 0;
  std::uint8_t attributes = 0;
  Timestamp timestamp = -1;  ///< Magic 0 has none.
  std::optional<BytesView> key;
  std::optional<BytesView> value;

  /// Reads the entry at the front of `bytes`; its lengths must fill its size exactly.
  /// Errors: corrupt_message.
  static Result<LegacyMessage> parse(BytesView bytes, bool check_crc);

  /// May hold a number that no codec has.
  Codec codec() const noexcept { return static_cast<Codec>(attributes & 0x07U); }
  bool has_append_time() const noexcept { return magic == 1 && (attributes & 0x08U) != 0; }
};

}  // namespace barnabas::records
