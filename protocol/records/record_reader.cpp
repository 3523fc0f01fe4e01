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

bool RecordReader::next(RecordView& record) noexcept {
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
