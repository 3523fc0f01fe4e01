#include "broker/src/core/storage/record_frame.hpp"

#include "broker/src/core/storage/file_encoding.hpp"
#include "protocol/base/crc32c.hpp"
#include "protocol/wire/big_endian.hpp"

#include <cstddef>

namespace barnabas::broker::storage {

namespace {

constexpr std::size_t prefix_size = 8;
constexpr std::size_t version_size = 2;

Error damaged(std::size_t position, const char* what) {
  return Error(ErrorCode::malformed_message,
               std::string(what) + " at byte " + std::to_string(position));
}

}  // namespace

void append_frame(std::string& file, std::int16_t version, BytesView data) {
  std::string body;
  append_integer(body, version);
  body += data.text();
  append_integer(file, static_cast<std::uint32_t>(body.size()));
  append_integer(file, crc32c(BytesView(body)));
  file += body;
}

Result<std::vector<Frame>> parse_frames(BytesView file) {
  std::vector<Frame> frames;
  for (std::size_t at = 0; at < file.size();) {
    const std::span<const std::byte> rest = file.span().subspan(at);
    if (rest.size() < prefix_size + version_size) return damaged(at, "a record cut short");
    const std::size_t length = wire::load_big_endian<std::uint32_t>(rest.data());
    if (length < version_size) return damaged(at, "a record without a version");
    if (length > rest.size() - prefix_size) return damaged(at, "a record cut short");
    const std::span<const std::byte> body = rest.subspan(prefix_size, length);
    if (crc32c(body) != wire::load_big_endian<std::uint32_t>(rest.data() + 4)) {
      return damaged(at, "a record with a wrong checksum");
    }
    const auto version =
        static_cast<std::int16_t>(wire::load_big_endian<std::uint16_t>(body.data()));
    frames.push_back({version, BytesView(body.subspan(version_size))});
    at += prefix_size + length;
  }
  return frames;
}

}  // namespace barnabas::broker::storage
