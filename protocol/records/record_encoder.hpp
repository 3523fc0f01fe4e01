#pragma once

#include "protocol/records/record.hpp"
#include "protocol/wire/varint.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace barnabas::records {

/// A pointer into memory that has room, as the output of encode_record.
class FlatOutput {
 public:
  explicit FlatOutput(std::byte* at) noexcept : at_(at) {}
  void varint(std::int64_t value) noexcept { at_ = wire::write_varint(at_, value); }
  void byte(std::byte value) noexcept { *at_++ = value; }
  void bytes(BytesView value) noexcept {
    if (value.empty()) return;
    std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
  }
  std::byte* position() const noexcept { return at_; }

 private:
  std::byte* at_;
};

/// The size of a record without the length in front of it.
inline std::size_t body_size(const NewRecord& record, std::int64_t timestamp_delta,
                             std::int32_t offset_delta) noexcept {
  const auto nullable_size = [](const std::optional<BytesView>& bytes) noexcept {
    if (!bytes) return wire::varint_size(-1);
    return wire::varint_size(static_cast<std::int64_t>(bytes->size())) + bytes->size();
  };
  std::size_t size = 1 + wire::varint_size(timestamp_delta) + wire::varint_size(offset_delta) +
                     nullable_size(record.key) + nullable_size(record.value) +
                     wire::varint_size(static_cast<std::int64_t>(record.headers.size()));
  for (const HeaderView& header : record.headers) {
    size += wire::varint_size(static_cast<std::int64_t>(header.key.size())) + header.key.size() +
            nullable_size(header.value);
  }
  return size;
}

/// Encodes a record whose body_size is `body`.
template <class Output>
void encode_record(Output& out, const NewRecord& record, std::size_t body,
                   std::int64_t timestamp_delta, std::int32_t offset_delta) noexcept {
  const auto put_bytes = [&](BytesView bytes) noexcept {
    out.varint(static_cast<std::int64_t>(bytes.size()));
    out.bytes(bytes);
  };
  const auto put_nullable = [&](const std::optional<BytesView>& bytes) noexcept {
    bytes ? put_bytes(*bytes) : out.varint(-1);
  };
  out.varint(static_cast<std::int64_t>(body));
  out.byte(std::byte{0});
  out.varint(timestamp_delta);
  out.varint(offset_delta);
  put_nullable(record.key);
  put_nullable(record.value);
  out.varint(static_cast<std::int64_t>(record.headers.size()));
  for (const HeaderView& header : record.headers) {
    put_bytes(header.key);
    put_nullable(header.value);
  }
}

}  // namespace barnabas::records
