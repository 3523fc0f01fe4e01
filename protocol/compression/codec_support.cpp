#include "protocol/compression/codec_support.hpp"

#include <algorithm>
#include <string>

namespace barnabas::compression {
namespace {

std::string_view build_option(Codec codec) {
  switch (codec) {
    case Codec::snappy:
      return "BARNABAS_WITH_SNAPPY";
    case Codec::lz4:
      return "BARNABAS_WITH_LZ4";
    case Codec::zstd:
      return "BARNABAS_WITH_ZSTD";
    case Codec::none:
    case Codec::gzip:
      break;
  }
  return "";
}

}  // namespace

std::span<std::byte> BoundedOutput::room(std::size_t count) {
  const std::span<std::byte> all = out_.room(std::min(count, left()));
  return all.first(std::min(all.size(), left()));
}

Error damaged(Codec codec, std::string_view what) {
  return {ErrorCode::decompression_failed, std::string(name(codec)) + ": " + std::string(what)};
}

Error too_large(Codec codec) { return damaged(codec, "the content exceeds the size limit"); }

Error unavailable(Codec codec) {
  const std::string_view option = build_option(codec);
  if (option.empty()) {
    return {ErrorCode::unsupported_compression_type,
            "codec " + std::to_string(static_cast<int>(codec)) + " does not exist"};
  }
  return {ErrorCode::unsupported_compression_type, "this build has no " + std::string(name(codec)) +
                                                       "; configure it with " +
                                                       std::string(option) + "=ON"};
}

}  // namespace barnabas::compression
