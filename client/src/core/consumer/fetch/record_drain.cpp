#include "client/src/core/consumer/fetch/record_drain.hpp"

#include "protocol/base/planted_bug.hpp"
#include "protocol/records/control_record.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace barnabas::client {

namespace {

// Headers claim how many records there are; do not believe more than this at once.
constexpr std::size_t reserved_records = 4096;

detail::RecordEntry to_entry(const records::RecordView& record, const records::BatchHeader& batch) {
  detail::RecordEntry entry;
  entry.offset = record.offset;
  entry.timestamp = record.timestamp;
  if (record.key) {
    entry.key = record.key->data();
    entry.key_size = static_cast<std::int32_t>(record.key->size());
  }
  if (record.value) {
    entry.value = record.value->data();
    entry.value_size = static_cast<std::int32_t>(record.value->size());
  }
  const BytesView headers = record.headers.bytes();
  entry.headers = headers.data();
  entry.headers_size = static_cast<std::int32_t>(headers.size());
  entry.header_count = static_cast<std::int32_t>(record.headers.size());
  entry.leader_epoch = batch.partition_leader_epoch;
  entry.log_append_time = batch.timestamp_type() == records::TimestampType::log_append_time;
  return entry;
}

void set_epoch(detail::RecordRange& range, const records::BatchHeader& batch) {
  range.leader_epoch =
      batch.partition_leader_epoch < 0 ? std::nullopt : std::optional(batch.partition_leader_epoch);
}

}  // namespace

// Checksums of batches were looked at before; those of legacy messages are inside.
records::OpenOptions RecordDrain::open_options() const {
  records::OpenOptions open;
  open.check_crc = options_.check_crcs && cursor_->batch.is_legacy();
  return open;
}

std::size_t RecordDrain::records() const noexcept {
  std::size_t sum = 0;
  for (const FetchedChunk& chunk : chunks_) sum += chunk.records;
  return sum;
}

bool RecordDrain::takes(const TopicPartition& partition) const noexcept {
  if (chunks_.empty()) return true;
  if (records() >= options_.max_records) return false;
  return chunks_.back().partition == partition ||
         std::none_of(chunks_.begin(), chunks_.end(),
                      [&](const FetchedChunk& chunk) { return chunk.partition == partition; });
}

std::vector<FetchedChunk> RecordDrain::recall() {
  if (cursor_) {
    // A batch that was read in part is read again from its beginning, up to `start`. Transactions
    // that ended before it must not hide later ones of the same producer.
    FetchedChunk& chunk = chunks_.front();
    std::vector<AbortedTransaction> aborted = cursor_->transactions.rest();
    const std::size_t at = cursor_->records ? cursor_->batch_at : cursor_->batches.position();
    chunk.data = chunk.data.span().subspan(at);
    cursor_.reset();
    chunk.aborted = std::move(aborted);
  }
  std::vector<FetchedChunk> all(std::make_move_iterator(chunks_.begin()),
                                std::make_move_iterator(chunks_.end()));
  chunks_.clear();
  return all;
}

std::shared_ptr<detail::RecordBlock> RecordDrain::decode() {
  if (chunks_.empty()) return nullptr;
  auto block = std::make_shared<detail::RecordBlock>();
  block->entries.reserve(std::min({options_.max_records, records(), reserved_records}));
  decompressed_ = 0;
  while (!chunks_.empty() && !failure_ && has_room(*block)) decode_chunk(*block);
  return block;
}

// A batch that is open already is read in any case, so that there is progress.
bool RecordDrain::has_room(const detail::RecordBlock& block) const noexcept {
  const bool reads_batch = cursor_ && cursor_->records;
  return block.entries.size() < options_.max_records &&
         (reads_batch || decompressed_ < options_.max_decompressed_bytes);
}

void RecordDrain::decode_chunk(detail::RecordBlock& block) {
  FetchedChunk& chunk = chunks_.front();
  if (!cursor_) cursor_.emplace(chunk, options_.isolation);
  begin_range(chunk, block);
  if (cursor_->records) own_batch(chunk, block);
  while (has_room(block)) {
    const bool more = cursor_->records ? read_batch(chunk, block) : open_next_batch(chunk, block);
    if (!more) {
      finish_chunk();
      break;
    }
  }
  block.ranges.back().last = block.entries.size();
}

// Consecutive chunks of a partition are one range.
void RecordDrain::begin_range(const FetchedChunk& chunk, detail::RecordBlock& block) {
  if (!block.ranges.empty() && block.ranges.back().partition == chunk.partition &&
      block.ranges.back().generation == chunk.generation) {
    return;
  }
  detail::RecordRange& range = block.ranges.emplace_back();
  range.partition = chunk.partition;
  range.generation = chunk.generation;
  range.first = range.last = block.entries.size();
  range.next_offset = chunk.start;
}

// False at the end of the chunk.
bool RecordDrain::open_next_batch(FetchedChunk& chunk, detail::RecordBlock& block) {
  Cursor& cursor = *cursor_;
  cursor.batch_at = cursor.batches.position();
  if (!cursor.batches.next(cursor.batch)) {
    if (cursor.batches.failed()) fail(chunk, cursor.batches.error());
    return false;
  }
  const records::BatchHeader& header = cursor.batch.header;
  // Before anything is left out because of what the header says.
  if (options_.check_crcs && !cursor.batch.is_legacy() &&
      !records::crc_matches(cursor.batch.bytes)) {
    fail(chunk, Error(ErrorCode::corrupt_message, "the batch at offset " +
                                                      std::to_string(header.base_offset) +
                                                      " has a wrong checksum"));
    return false;
  }
  if (header.is_control()) {
    if (cursor.transactions.reads_markers()) {
      if (Error error = read_control_batch(); !error.ok()) {
        fail(chunk, std::move(error));
        return false;
      }
    }
    skip_batch(chunk, block);
    return true;
  }
  if (cursor.transactions.hides(header) || header.last_offset() < chunk.start) {
    skip_batch(chunk, block);
    return true;
  }
  const bool in_place = header.codec() == Codec::none && !cursor.batch.is_legacy();
  cursor.storage = in_place ? nullptr : std::make_shared<ByteBuffer>();
  ByteBuffer unused;
  Result<records::RecordReader> opened = records::open_batch(
      cursor.batch, decompressor_, in_place ? unused : *cursor.storage, open_options());
  if (!opened) {
    fail(chunk, std::move(opened).error());
    return false;
  }
  cursor.records = *opened;
  own_batch(chunk, block);
  return true;
}

// An abort marker ends its producer's transaction. Whatever else is in there is not our business.
Error RecordDrain::read_control_batch() {
  Cursor& cursor = *cursor_;
  ByteBuffer storage;
  Result<records::RecordReader> opened =
      records::open_batch(cursor.batch, decompressor_, storage, open_options());
  if (!opened) return std::move(opened).error();
  for (records::RecordView record; opened->next(record);) {
    const Result<records::ControlType> type = records::parse_control_type(record);
    if (!type) return type.error();
    if (*type == records::ControlType::abort) {
      cursor.transactions.on_abort_marker(cursor.batch.header);
    }
  }
  return opened->error();
}

// False when the chunk cannot be read on.
bool RecordDrain::read_batch(FetchedChunk& chunk, detail::RecordBlock& block) {
  Cursor& cursor = *cursor_;
  const records::BatchHeader& header = cursor.batch.header;
  detail::RecordRange& range = block.ranges.back();
  for (records::RecordView record; cursor.records->next(record);) {
    const bool whole = planted(PlantedBug::ignore_start_of_chunk);
    if (record.offset < chunk.start && !whole) continue;
    if (planted(PlantedBug::lose_last_record_of_batch) && record.offset == header.last_offset() &&
        header.record_count > 1) {
      continue;
    }
    block.entries.push_back(to_entry(record, header));
    chunk.start = range.next_offset = record.offset + 1;
    set_epoch(range, header);
    if (block.entries.size() == options_.max_records) return true;
  }
  if (cursor.records->failed()) {
    fail(chunk, cursor.records->error());
    return false;
  }
  skip_batch(chunk, block);
  return true;
}

void RecordDrain::skip_batch(FetchedChunk& chunk, detail::RecordBlock& block) {
  Cursor& cursor = *cursor_;
  const records::BatchHeader& header = cursor.batch.header;
  if (header.next_offset() > chunk.start) {
    chunk.start = block.ranges.back().next_offset = header.next_offset();
    set_epoch(block.ranges.back(), header);
  }
  cursor.records.reset();
  cursor.storage.reset();
}

// Keeps alive what the records of the open batch point into.
void RecordDrain::own_batch(const FetchedChunk& chunk, detail::RecordBlock& block) {
  const std::shared_ptr<const void> owner =
      cursor_->storage ? std::shared_ptr<const void>(cursor_->storage) : chunk.frame;
  if (!block.owners.empty() && block.owners.back() == owner) return;
  block.owners.push_back(owner);
  if (cursor_->storage) decompressed_ += cursor_->storage->size();
}

void RecordDrain::fail(FetchedChunk& chunk, Error error) {
  failure_ = Failure{chunk.partition, chunk.generation, std::move(error)};
}

void RecordDrain::finish_chunk() {
  finished_.push_back(std::move(chunks_.front()));
  chunks_.pop_front();
  cursor_.reset();
}

}  // namespace barnabas::client
