#include <barnabas/compression.hpp>

#include "protocol/compression/codec_support.hpp"

#include <array>

namespace barnabas {
namespace {

#ifdef BARNABAS_WITH_SNAPPY
constexpr bool has_snappy = true;
#else
constexpr bool has_snappy = false;
#endif
#ifdef BARNABAS_WITH_LZ4
constexpr bool has_lz4 = true;
#else
constexpr bool has_lz4 = false;
#endif
#ifdef BARNABAS_WITH_ZSTD
constexpr bool has_zstd = true;
#else
constexpr bool has_zstd = false;
#endif

struct Levels {
  int lowest;
  int highest;
};

std::optional<Levels> levels_of(Codec codec) {
  switch (codec) {
    case Codec::gzip:
      return Levels{1, 9};
    case Codec::lz4:
      return Levels{1, 17};
    case Codec::zstd:
      return Levels{-131072, 22};
    case Codec::none:
    case Codec::snappy:
      break;
  }
  return std::nullopt;
}

Error invalid(std::string text) { return {ErrorCode::invalid_property, std::move(text)}; }

}  // namespace

std::string_view name(Codec codec) noexcept {
  switch (codec) {
    case Codec::none:
      return "none";
    case Codec::gzip:
      return "gzip";
    case Codec::snappy:
      return "snappy";
    case Codec::lz4:
      return "lz4";
    case Codec::zstd:
      return "zstd";
  }
  return "unknown";
}

bool is_available(Codec codec) noexcept {
  switch (codec) {
    case Codec::none:
    case Codec::gzip:
      return true;
    case Codec::snappy:
      return has_snappy;
    case Codec::lz4:
      return has_lz4;
    case Codec::zstd:
      return has_zstd;
  }
  return false;
}

Result<Compression> Compression::parse(std::string_view text) {
  constexpr std::array codecs = {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd};
  for (const Codec codec : codecs) {
    if (text == name(codec)) return Compression(codec);
  }
  return invalid("compression.type is \"" + std::string(text) +
                 "\"; none, gzip, snappy, lz4 and zstd exist");
}

Result<void> Compression::validate() const {
  if (!is_available(codec_)) return compression::unavailable(codec_);
  if (!level_) return {};
  const std::optional<Levels> levels = levels_of(codec_);
  if (!levels) return invalid(std::string(name(codec_)) + " has no compression levels");
  if (*level_ < levels->lowest || *level_ > levels->highest) {
    return invalid("compression level " + std::to_string(*level_) + " of " +
                   std::string(name(codec_)) + " is not in " + std::to_string(levels->lowest) +
                   " to " + std::to_string(levels->highest));
  }
  return {};
}

std::string Compression::to_string() const {
  std::string text(name(codec_));
  if (level_) text += ":" + std::to_string(*level_);
  return text;
}

}  // namespace barnabas
