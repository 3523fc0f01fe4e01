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
  void uvarint(std::uint64_t value) noexcept { at_ = wire::write_uvarint(at_, value); }
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

// Lengths and counts are zigzag coded although only "null" is negative: -1 is 1, and n is 2n.
inline constexpr std::byte null_length{1};
inline std::uint64_t zigzag_length(std::size_t length) noexcept { return 2 * length; }

/// How large bytes are together with the length in front of them.
inline std::size_t prefixed_size(std::size_t size) noexcept {
  return wire::uvarint_size(zigzag_length(size)) + size;
}
inline std::size_t prefixed_size(const std::optional<BytesView>& bytes) noexcept {
  return bytes ? prefixed_size(bytes->size()) : 1;
}

/// The size of a record without the length in front of it.
inline std::size_t body_size(const NewRecord& record, std::int64_t timestamp_delta,
                             std::int32_t offset_delta) noexcept {
  std::size_t size = 1 + wire::varint_size(timestamp_delta) + wire::varint_size(offset_delta) +
                     prefixed_size(record.key) + prefixed_size(record.value) +
                     wire::uvarint_size(zigzag_length(record.headers.size()));
  for (const HeaderView& header : record.headers) {
    size += prefixed_size(header.key.size()) + prefixed_size(header.value);
  }
  return size;
}

/// At least the size of a record with the length in front of it, found without looking at each
/// number.
inline std::size_t size_bound(const NewRecord& record) noexcept {
  constexpr std::size_t numbers = 1 + wire::max_varlong_size + 5 * wire::max_varint_size;
  std::size_t size =
      numbers + (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const HeaderView& header : record.headers) {
    size +=
        2 * wire::max_varint_size + header.key.size() + (header.value ? header.value->size() : 0);
  }
  return size;
}

/// Encodes a record without the length in front of it. The output goes through as a value, so that
/// its pointer stays in a register: behind a reference every byte written might change it.
template <class Output>
Output encode_body(Output out, const NewRecord& record, std::int64_t timestamp_delta,
                   std::int32_t offset_delta) noexcept {
  const auto put_bytes = [&](BytesView bytes) noexcept {
    out.uvarint(zigzag_length(bytes.size()));
    out.bytes(bytes);
  };
  const auto put_nullable = [&](const std::optional<BytesView>& bytes) noexcept {
    bytes ? put_bytes(*bytes) : out.byte(null_length);
  };
  out.byte(std::byte{0});
  out.uvarint(wire::zigzag_encode(timestamp_delta));
  out.uvarint(wire::zigzag_encode(offset_delta));
  put_nullable(record.key);
  put_nullable(record.value);
  out.uvarint(zigzag_length(record.headers.size()));
  for (const HeaderView& header : record.headers) {
    put_bytes(header.key);
    put_nullable(header.value);
  }
  return out;
}

/// Encodes a record whose body_size is `body`.
template <class Output>
Output encode_record(Output out, const NewRecord& record, std::size_t body,
                     std::int64_t timestamp_delta, std::int32_t offset_delta) noexcept {
  out.uvarint(zigzag_length(body));
  return encode_body(out, record, timestamp_delta, offset_delta);
}

/// Where a record begins whose length is written in front of it, at `at`, once it is known; as it
/// is if the length takes as many bytes as that of `guess`.
inline std::byte* behind_length(std::byte* at, std::size_t guess) noexcept {
  return at + wire::uvarint_size(zigzag_length(guess));
}
/// Writes the length of what was written from `start` to `end` in front of it, at `at`. Where the
/// guess was wrong the record moves. Returns the end.
inline std::byte* put_length(std::byte* at, std::byte* start, std::byte* end) noexcept {
  const auto body = static_cast<std::size_t>(end - start);
  const std::size_t length_size = wire::uvarint_size(zigzag_length(body));
  if (at + length_size != start) [[unlikely]] {
    std::memmove(at + length_size, start, body);
    end = at + length_size + body;
  }
  wire::write_uvarint(at, zigzag_length(body));
  return end;
}

/// Encodes a record at `at`, which has room for `bound` = size_bound(record) bytes, in one pass.
/// Returns the end.
inline std::byte* encode_bounded(std::byte* at, const NewRecord& record, std::size_t bound,
                                 std::int64_t timestamp_delta, std::int32_t offset_delta) noexcept {
  std::byte* const start = behind_length(at, bound);
  return put_length(
      at, start, encode_body(FlatOutput(start), record, timestamp_delta, offset_delta).position());
}

/// What encode_plain adds to key and value at most: six numbers, and the attributes.
inline constexpr std::size_t plain_record_overhead =
    1 + wire::max_varlong_size + 5 * wire::max_varint_size;

/// Encodes a record without headers, with the length in front of it, at `at`, which has room for
/// key, value and plain_record_overhead. Returns the end. Always inlined: both callers do nothing
/// else, and the compiler would make it a call for being called twice.
[[gnu::always_inline]] inline std::byte* encode_plain(std::byte* at,
                                                      const std::optional<BytesView>& key,
                                                      const std::optional<BytesView>& value,
                                                      std::int64_t timestamp_delta,
                                                      std::int32_t offset_delta) noexcept {
  constexpr std::size_t usual_overhead = 10;
  std::byte* const start =
      behind_length(at, (key ? key->size() : 0) + (value ? value->size() : 0) + usual_overhead);
  FlatOutput out(start);
  const auto put = [&out](const std::optional<BytesView>& bytes) noexcept {
    if (!bytes) return out.byte(null_length);
    out.uvarint(zigzag_length(bytes->size()));
    out.bytes(*bytes);
  };
  out.byte(std::byte{0});
  out.uvarint(wire::zigzag_encode(timestamp_delta));
  out.uvarint(wire::zigzag_encode(offset_delta));
  put(key);
  put(value);
  out.byte(std::byte{0});
  return put_length(at, start, out.position());
}

}  // namespace barnabas::records
