#include "protocol/records/record_reader.hpp"

#include "protocol/records/byte_cursor.hpp"

#include <string>

namespace barnabas::records {
namespace {

// A length of -1 is null. False when the bytes are not there.
bool read_nullable(ByteCursor& in, std::optional<BytesView>& value) noexcept {
  std::int32_t size = 0;
  if (!in.read_varint(size) || size < -1) return false;
  if (size < 0) {
    value.reset();
    return true;
  }
  return in.read_bytes(static_cast<std::size_t>(size), value.emplace());
}

bool read_header(ByteCursor& in, HeaderView& header) noexcept {
  std::int32_t size = 0;
  BytesView key;
  if (!in.read_varint(size) || size < 0 || !in.read_bytes(static_cast<std::size_t>(size), key)) {
    return false;
  }
  header.key = key.text();
  return read_nullable(in, header.value);
}

// Walks over `count` headers, which must reach to the end.
bool check_headers(ByteCursor in, std::int32_t count) noexcept {
  HeaderView header;
  for (; count > 0; --count) {
    if (!read_header(in, header)) return false;
  }
  return in.at_end();
}

// Reads a varint of at most two bytes, as nearly all are; what is longer yields null. Requires: two
// bytes at `at`.
const std::byte* read_short_varint(const std::byte* at, std::uint32_t& value) noexcept {
  const auto first = std::to_integer<std::uint32_t>(at[0]);
  if (first < 0x80) {
    value = first;
    return at + 1;
  }
  const auto second = std::to_integer<std::uint32_t>(at[1]);
  value = (first & 0x7F) | second << 7;
  return second < 0x80 ? at + 2 : nullptr;
}

std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace

RecordReader::RecordReader(const BatchHeader& header, BytesView records) noexcept
    : at_(records.begin()),
      end_(records.end()),
      remaining_(header.record_count),
      last_offset_delta_(header.last_offset_delta),
      log_append_time_(header.timestamp_type() == TimestampType::log_append_time),
      base_offset_(header.base_offset),
      base_timestamp_(header.base_timestamp),
      max_timestamp_(header.max_timestamp) {}

// The way of nearly every record: numbers of ordinary size, no headers, and enough bytes behind it
// that a look at the next number needs no thought. Whatever else comes up is left to read_any, with
// nothing changed; that also knows what is wrong with a record.
bool RecordReader::read_quickly(RecordView& record) noexcept {
  // The length, the attributes, two deltas, and the length of the key with what may follow it.
  constexpr std::ptrdiff_t numbers = 2 + 1 + 2 + 3 + 2 + 2;
  if (end_ - at_ < numbers) return false;
  std::uint32_t length = 0;
  const std::byte* at = read_short_varint(at_, length);
  if (at == nullptr || (length & 1) != 0 || end_ - at < static_cast<std::ptrdiff_t>(length / 2)) {
    return false;
  }
  const std::byte* const end = at + length / 2;
  // Attributes, two deltas, two lengths and the number of headers: all but the last may be read
  // before it is known where they lie in the record, because the batch has bytes enough.
  std::uint32_t timestamp = 0;
  at = read_short_varint(at + 1, timestamp);
  if (at == nullptr) return false;
  std::uint32_t offset = 0;
  if (const std::byte* const behind = read_short_varint(at, offset)) {
    at = behind;
  } else {
    const auto third = std::to_integer<std::uint32_t>(at[2]);
    if (third >= 0x80) return false;
    offset = (offset & 0x3FFF) | third << 14;
    at += 3;
  }
  std::uint32_t key = 0;
  at = read_short_varint(at, key);
  constexpr std::uint32_t null = 1;
  if (at == nullptr || ((key & 1) != 0 && key != null)) return false;
  const std::uint32_t key_size = key == null ? 0 : key / 2;
  if (end - at < static_cast<std::ptrdiff_t>(key_size) + 3) return false;
  const std::byte* const key_at = at;
  std::uint32_t value = 0;
  at = read_short_varint(at + key_size, value);
  if (at == nullptr || ((value & 1) != 0 && value != null)) return false;
  const std::uint32_t value_size = value == null ? 0 : value / 2;
  // Behind the value stands a number of headers of one byte, 0, and nothing else.
  if (end - at != static_cast<std::ptrdiff_t>(value_size) + 1 || at[value_size] != std::byte{0}) {
    return false;
  }
  const auto delta = static_cast<std::int32_t>(offset / 2);
  if ((offset & 1) != 0 || delta > last_offset_delta_) return false;
  key == null ? record.key.reset() : static_cast<void>(record.key.emplace(key_at, key_size));
  value == null ? record.value.reset() : static_cast<void>(record.value.emplace(at, value_size));
  record.offset = base_offset_ + delta;
  record.timestamp = log_append_time_
                         ? max_timestamp_
                         : wrapping_sum(base_timestamp_, wire::zigzag_decode(timestamp));
  record.headers = HeadersView(BytesView(end, 0), 0);
  at_ = end;
  --remaining_;
  return true;
}

bool RecordReader::next(RecordView& record) noexcept {
  return (remaining_ != 0 && read_quickly(record)) || read_any(record);
}

bool RecordReader::read_any(RecordView& record) noexcept {
  if (remaining_ == 0) return at_ == end_ ? false : fail("bytes follow the last record");
  ByteCursor batch(at_, end_);
  std::int32_t length = 0;
  ByteCursor in;
  if (!batch.read_varint(length) || length < 0 ||
      !batch.split(static_cast<std::size_t>(length), in)) {
    return fail("a record's length exceeds the batch");
  }
  std::int64_t timestamp_delta = 0;
  std::int32_t offset_delta = 0;
  std::int32_t header_count = 0;
  if (!in.skip(1) || !in.read_varlong(timestamp_delta) || !in.read_varint(offset_delta) ||
      !read_nullable(in, record.key) || !read_nullable(in, record.value) ||
      !in.read_varint(header_count)) {
    return fail("a record's fields exceed its length");
  }
  if (header_count == 0 ? !in.at_end() : header_count < 0 || !check_headers(in, header_count)) {
    return fail("a record's headers do not fill its length");
  }
  if (offset_delta < 0 || offset_delta > last_offset_delta_) {
    return fail("a record's offset is outside the batch");
  }
  record.offset = base_offset_ + offset_delta;
  record.timestamp =
      log_append_time_ ? max_timestamp_ : wrapping_sum(base_timestamp_, timestamp_delta);
  record.headers = HeadersView(in.rest(), header_count);
  at_ = batch.position();
  --remaining_;
  return true;
}

bool RecordReader::fail(const char* what) noexcept {
  failure_ = what;
  at_ = end_;
  remaining_ = 0;
  return false;
}

Error RecordReader::error() const {
  if (failure_ == nullptr) return {};
  return {ErrorCode::corrupt_message,
          "in the batch at offset " + std::to_string(base_offset_) + " " + failure_};
}

}  // namespace barnabas::records

namespace barnabas {

void HeadersView::Iterator::load() {
  if (left_ == 0) return;
  records::ByteCursor in(rest_);
  if (!records::read_header(in, header_)) {
    left_ = 0;
    return;
  }
  rest_ = in.rest();
}

}  // namespace barnabas
