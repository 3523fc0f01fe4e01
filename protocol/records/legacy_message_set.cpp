#include "protocol/records/legacy_message_set.hpp"

#include "protocol/records/legacy_message.hpp"
#include "protocol/records/record_encoder.hpp"
#include "protocol/wire/big_endian.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace barnabas::records {
namespace {

constexpr std::int64_t largest_delta = std::numeric_limits<std::int32_t>::max();

Error corrupt(const LegacyMessage& entry, const std::string& what) {
  return {ErrorCode::corrupt_message,
          "the message set at offset " + std::to_string(entry.offset) + " " + what};
}

// What one look at all messages of a wrapper tells.
struct InnerSet {
  std::int32_t count = 0;
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;
};

Result<InnerSet> check_inner(BytesView set, const LegacyMessage& wrapper, bool check_crc) {
  InnerSet inner;
  for (std::span<const std::byte> rest = set; !rest.empty();) {
    const Result<LegacyMessage> message = LegacyMessage::parse(rest, check_crc);
    if (!message) return corrupt(wrapper, "is damaged inside: " + message.error().context());
    if (message->magic != wrapper.magic) return corrupt(wrapper, "mixes magics");
    if (message->codec() != Codec::none) return corrupt(wrapper, "nests compression");
    if (inner.count == 0) inner.first_offset = message->offset;
    const bool ascends = message->offset > inner.last_offset || inner.count == 0;
    if (inner.first_offset < 0 || !ascends ||
        message->offset - inner.first_offset > largest_delta) {
      return corrupt(wrapper, "has offsets out of order inside");
    }
    inner.last_offset = message->offset;
    ++inner.count;
    rest = rest.subspan(message->total_size);
  }
  if (inner.count == 0) return corrupt(wrapper, "is empty inside");
  return inner;
}

// The absolute offset of a wrapper's first message. Magic 0 writes absolute offsets inside. Magic 1
// writes relative ones, and the wrapper has the last message's; but a wrapper at offset 0 comes
// from a producer that did not know this, and starts at 0.
std::int64_t base_offset(const LegacyMessage& wrapper, const InnerSet& inner) {
  if (wrapper.magic == 0 || wrapper.offset == 0) return inner.first_offset;
  return wrapper.offset - (inner.last_offset - inner.first_offset);
}

void append_record(const LegacyMessage& message, const BatchHeader& header,
                   std::int32_t offset_delta, ByteBuffer& out) {
  NewRecord record;
  record.key = message.key;
  record.value = message.value;
  const auto timestamp_delta =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(message.timestamp) -
                                static_cast<std::uint64_t>(header.base_timestamp));
  const std::size_t body = body_size(record, timestamp_delta, offset_delta);
  std::byte* const start = out.room(body + wire::max_varint_size).data();
  const FlatOutput end =
      encode_record(FlatOutput(start), record, body, timestamp_delta, offset_delta);
  out.commit(static_cast<std::size_t>(end.position() - start));
}

Result<RecordReader> open_message(const LegacyMessage& message, BatchHeader header,
                                  ByteBuffer& storage) {
  header.record_count = 1;
  append_record(message, header, 0, storage);
  return RecordReader(header, storage.view());
}

Result<RecordReader> open_wrapper(const LegacyMessage& wrapper, BatchHeader header, BytesView set,
                                  ByteBuffer& storage, bool check_crc) {
  const Result<InnerSet> inner = check_inner(set, wrapper, check_crc);
  if (!inner) return inner.error();
  header.base_offset = base_offset(wrapper, *inner);
  header.last_offset_delta = static_cast<std::int32_t>(inner->last_offset - inner->first_offset);
  header.record_count = inner->count;
  if (header.base_offset < 0) return corrupt(wrapper, "starts before offset 0");
  for (std::span<const std::byte> rest = set; !rest.empty();) {
    const Result<LegacyMessage> message = LegacyMessage::parse(rest, false);
    const auto delta = static_cast<std::int32_t>(message->offset - inner->first_offset);
    append_record(*message, header, delta, storage);
    rest = rest.subspan(message->total_size);
  }
  return RecordReader(header, storage.view());
}

}  // namespace

Result<BatchHeader> parse_legacy_header(BytesView entry) {
  const Result<LegacyMessage> message = LegacyMessage::parse(entry, false);
  if (!message) return message.error();
  if (message->offset < 0 || message->offset == std::numeric_limits<std::int64_t>::max()) {
    return corrupt(*message, "has an impossible offset");
  }
  BatchHeader header;
  header.base_offset = message->offset;
  header.batch_length = static_cast<std::int32_t>(entry.size() - batch_prefix_size);
  header.magic = message->magic;
  header.crc = wire::load_big_endian<std::uint32_t>(entry.data() + batch_prefix_size);
  header.attributes = static_cast<std::int16_t>(message->codec());
  if (message->has_append_time()) header.attributes |= attribute::log_append_time;
  header.base_timestamp = message->timestamp;
  header.max_timestamp = message->timestamp;
  return header;
}

Result<RecordReader> open_legacy_entry(const BatchView& entry,
                                       compression::Decompressor& decompressor, ByteBuffer& storage,
                                       const OpenOptions& options) {
  const Result<LegacyMessage> message = LegacyMessage::parse(entry.bytes, options.check_crc);
  if (!message) return message.error();
  storage.clear();
  if (message->codec() == Codec::none) return open_message(*message, entry.header, storage);
  if (!message->value) return corrupt(*message, "is compressed and null");

  ByteBuffer set;
  const std::size_t limit = options.max_decompressed_size;
  const Result<void> decompressed =
      message->magic == 0
          ? decompressor.decompress_magic0(message->codec(), *message->value, limit, set)
          : decompressor.decompress(message->codec(), *message->value, limit, set);
  if (!decompressed) {
    return decompressed.error().within("the message set at offset " +
                                       std::to_string(message->offset));
  }
  return open_wrapper(*message, entry.header, set.view(), storage, options.check_crc);
}

}  // namespace barnabas::records
