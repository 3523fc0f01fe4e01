#include "broker/src/core/storage/producer_snapshot.hpp"

#include "broker/src/core/storage/file_encoding.hpp"
#include "protocol/base/crc32c.hpp"
#include "protocol/wire/reader.hpp"

#include <cstddef>
#include <cstdint>

namespace barnabas::broker::storage {

namespace {

constexpr std::int16_t snapshot_version = 1;
constexpr std::size_t entry_size = 46;
constexpr std::size_t batch_size = 24;
constexpr std::size_t window_head_size = 12;
constexpr std::uint32_t windows_mark = 0x424e4253;

void put_batch(std::string& out, const ProducedBatch& batch) {
  append_integer(out, batch.last_sequence);
  append_integer(out, batch.last_offset);
  append_integer(out, batch.offset_delta);
  append_integer(out, batch.timestamp);
}

ProducedBatch take_batch(wire::Reader& in) {
  ProducedBatch batch;
  batch.last_sequence = in.int32("last_sequence");
  batch.last_offset = in.int64("last_offset");
  batch.offset_delta = in.int32("offset_delta");
  batch.timestamp = in.int64("timestamp");
  return batch;
}

void put_entry(std::string& out, std::int64_t producer_id, const ProducerEntry& entry) {
  append_integer(out, producer_id);
  append_integer(out, entry.epoch);
  ProducedBatch last;
  if (!entry.batches.empty()) last = entry.batches.back();
  last.timestamp = entry.timestamp;
  put_batch(out, last);
  append_integer(out, entry.coordinator_epoch);
  append_integer(out, entry.transaction_first_offset);
}

void take_entry(wire::Reader& in, ProducerState::Entries& entries) {
  const std::int64_t producer_id = in.int64("producer_id");
  ProducerEntry entry;
  entry.epoch = in.int16("epoch");
  const ProducedBatch last = take_batch(in);
  if (last.last_sequence >= 0) entry.batches.push_back(last);
  entry.timestamp = last.timestamp;
  entry.coordinator_epoch = in.int32("coordinator_epoch");
  entry.transaction_first_offset = in.int64("transaction_first_offset");
  entries.insert_or_assign(producer_id, std::move(entry));
}

/// Whether what Kafka keeps is all there is.
bool is_whole_for_kafka(const ProducerEntry& entry) {
  return entry.batches.empty() ||
         (entry.batches.size() == 1 && entry.batches.front().timestamp == entry.timestamp);
}

void put_window(std::string& out, std::int64_t producer_id, const ProducerEntry& entry) {
  append_integer(out, producer_id);
  append_integer(out, static_cast<std::int32_t>(entry.batches.size()));
  for (const ProducedBatch& batch : entry.batches) put_batch(out, batch);
}

void take_window(wire::Reader& in, ProducerState::Entries& entries) {
  const auto entry = entries.find(in.int64("producer_id"));
  if (entry == entries.end()) return in.fail("producer_id", "it is not one of the producers");
  const std::size_t count = in.array_size(false, batch_size, sizeof(ProducedBatch), "batches");
  if (count > ProducerEntry::window) return in.fail("batches", "there are too many");
  entry->second.batches.clear();
  for (std::size_t at = 0; at < count; ++at) entry->second.batches.push_back(take_batch(in));
}

}  // namespace

std::string encode_producer_snapshot(const ProducerState::Entries& entries) {
  std::string body;
  body.reserve(entries.size() * entry_size);
  append_integer(body, static_cast<std::int32_t>(entries.size()));
  std::string windows;
  std::int32_t window_count = 0;
  for (const auto& [producer_id, entry] : entries) {
    put_entry(body, producer_id, entry);
    if (is_whole_for_kafka(entry)) continue;
    ++window_count;
    put_window(windows, producer_id, entry);
  }
  append_integer(body, windows_mark);
  append_integer(body, window_count);
  body += windows;

  std::string file;
  append_integer(file, snapshot_version);
  append_integer(file, crc32c(BytesView(body)));
  return file + body;
}

Result<ProducerState::Entries> decode_producer_snapshot(BytesView file) {
  wire::Reader in(file);
  const std::int16_t version = in.int16("version");
  if (in.ok() && version != snapshot_version) {
    return Error(ErrorCode::unsupported_version,
                 "producer snapshot of version " + std::to_string(version));
  }
  const std::uint32_t crc = in.uint32("crc");
  if (!in.ok()) return in.error();
  if (crc != crc32c(in.rest())) {
    return Error(ErrorCode::malformed_message, "producer snapshot with a wrong checksum");
  }
  ProducerState::Entries entries;
  const std::size_t count = in.array_size(false, entry_size, sizeof(ProducerEntry), "producers");
  for (std::size_t at = 0; at < count && in.ok(); ++at) take_entry(in, entries);
  // Kafka itself writes nothing behind the producers.
  if (in.ok() && in.remaining() > 0 && in.uint32("mark") == windows_mark) {
    const std::size_t windows = in.array_size(false, window_head_size, 1, "windows");
    for (std::size_t at = 0; at < windows && in.ok(); ++at) take_window(in, entries);
  }
  if (!in.ok()) return in.error();
  return entries;
}

}  // namespace barnabas::broker::storage
