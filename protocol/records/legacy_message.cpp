#include "protocol/records/legacy_message.hpp"

#include "protocol/records/byte_cursor.hpp"
#include "protocol/wire/big_endian.hpp"

#include <string>

#include <zlib.h>

namespace barnabas::records {
namespace {

constexpr std::size_t prefix_size = 12;  // offset and size
constexpr std::size_t crc_size = 4;

Error corrupt(std::int64_t offset, const std::string& what) {
  return {ErrorCode::corrupt_message,
          "the message at offset " + std::to_string(offset) + " has " + what};
}

std::uint32_t crc32_ieee(BytesView bytes) noexcept {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::int32_t load_int32(const std::byte* at) noexcept {
  return static_cast<std::int32_t>(wire::load_big_endian<std::uint32_t>(at));
}

std::int64_t load_int64(const std::byte* at) noexcept {
  return static_cast<std::int64_t>(wire::load_big_endian<std::uint64_t>(at));
}

bool read_nullable(ByteCursor& in, std::optional<BytesView>& value) noexcept {
  BytesView length;
  if (!in.read_bytes(4, length)) return false;
  const std::int32_t size = load_int32(length.data());
  if (size < 0) return size == -1;
  return in.read_bytes(static_cast<std::size_t>(size), value.emplace());
}

}  // namespace

Result<LegacyMessage> LegacyMessage::parse(BytesView bytes, bool check_crc) {
  ByteCursor entry(bytes);
  BytesView prefix;
  if (!entry.read_bytes(prefix_size, prefix)) {
    return Error(ErrorCode::corrupt_message, "a message set ends inside a message");
  }
  LegacyMessage message;
  message.offset = load_int64(prefix.data());
  const std::int32_t size = load_int32(prefix.data() + 8);
  BytesView body;
  if (size < legacy_smallest_size || !entry.read_bytes(static_cast<std::size_t>(size), body)) {
    return corrupt(message.offset, "the size " + std::to_string(size));
  }
  message.total_size = prefix_size + body.size();
  const std::byte* const data = body.data();
  message.magic = std::to_integer<std::int8_t>(data[crc_size]);
  if (message.magic != 0 && message.magic != 1) {
    return corrupt(message.offset, "magic " + std::to_string(message.magic));
  }
  const BytesView checked(data + crc_size, body.size() - crc_size);
  if (check_crc && wire::load_big_endian<std::uint32_t>(data) != crc32_ieee(checked)) {
    return corrupt(message.offset, "a wrong checksum");
  }
  message.attributes = std::to_integer<std::uint8_t>(data[crc_size + 1]);
  ByteCursor in(checked);
  in.skip(2);
  BytesView timestamp;
  if (message.magic == 1 && !in.read_bytes(8, timestamp)) {
    return corrupt(message.offset, "no timestamp");
  }
  if (message.magic == 1) message.timestamp = load_int64(timestamp.data());
  if (!read_nullable(in, message.key) || !read_nullable(in, message.value) || !in.at_end()) {
    return corrupt(message.offset, "lengths that do not fill it");
  }
  return message;
}

}  // namespace barnabas::records
