#pragma once

#include <barnabas/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas {

/// A compression algorithm, with the number that batch attributes carry.
enum class Codec : std::uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

/// "none", "gzip", "snappy", "lz4", "zstd"; "unknown" for other numbers.
std::string_view name(Codec codec) noexcept;
/// Whether this build contains the codec. Left out: BARNABAS_WITH_LZ4, _ZSTD, _SNAPPY=OFF.
bool is_available(Codec codec) noexcept;

/// How batches are compressed: a codec and a level (compression.type and compression.level, KIP-110
/// and KIP-390). Without a level the codec's own default applies.
///
/// | codec  | levels      | default | remarks                                      |
/// |--------|-------------|---------|----------------------------------------------|
/// | gzip   | 1 to 9      | 6       |                                              |
/// | snappy | none        |         | a level is an error                          |
/// | lz4    | 1 to 17     | fast    | 1 and 2 are fast, 3 to 12 small, above as 12 |
/// | zstd   | -131072..22 | 3       | needs Kafka 2.1 or later                     |
///
/// Thread-safety: a value.
class Compression {
 public:
  /// No compression.
  constexpr Compression() = default;
  /*implicit*/ constexpr Compression(Codec codec, std::optional<int> level = std::nullopt)
      : codec_(codec), level_(level) {}

  /// Reads a codec's name, as in compression.type. Errors: invalid_property.
  static Result<Compression> parse(std::string_view text);

  constexpr Codec codec() const noexcept { return codec_; }
  constexpr std::optional<int> level() const noexcept { return level_; }
  /// The same codec at another level.
  constexpr Compression with_level(int level) const { return Compression(codec_, level); }

  /// Errors: invalid_property for a level outside the codec's range, unsupported_compression_type
  /// for a codec that this build lacks.
  Result<void> validate() const;

  /// "zstd" or "zstd:3".
  std::string to_string() const;

  friend bool operator==(const Compression&, const Compression&) = default;

 private:
  Codec codec_ = Codec::none;
  std::optional<int> level_;
};

constexpr Compression uncompressed() { return {}; }
constexpr Compression gzip(std::optional<int> level = std::nullopt) { return {Codec::gzip, level}; }
constexpr Compression snappy() { return {Codec::snappy}; }
constexpr Compression lz4(std::optional<int> level = std::nullopt) { return {Codec::lz4, level}; }
constexpr Compression zstd(std::optional<int> level = std::nullopt) { return {Codec::zstd, level}; }

}  // namespace barnabas
