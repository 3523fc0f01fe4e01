#include "broker/src/core/storage/log_lookup.hpp"

#include "protocol/records/batch_reader.hpp"

#include <algorithm>

namespace barnabas::broker::storage {

Result<std::optional<TimestampOffset>> LogLookup::first_since(Timestamp timestamp,
                                                              std::int64_t from) {
  for (auto at = segments_.holding(from); at != segments_.all().end(); ++at) {
    Segment& segment = *at->second;
    const Result<std::optional<IndexedTime>> newest = segment.newest(scratch_);
    if (!newest) return newest.error();
    if (!*newest || (**newest).timestamp < timestamp) continue;
    Result<std::optional<TimestampOffset>> found = in_segment(segment, timestamp, from);
    if (!found || *found) return found;
  }
  return std::optional<TimestampOffset>();
}

Result<std::optional<TimestampOffset>> LogLookup::newest() {
  Segment* segment = nullptr;
  IndexedTime newest;
  for (const auto& [base_offset, candidate] : segments_.all()) {
    const Result<std::optional<IndexedTime>> time = candidate->newest(scratch_);
    if (!time) return time.error();
    if (!*time || (**time).timestamp <= newest.timestamp) continue;
    newest = **time;
    segment = candidate.get();
  }
  if (segment == nullptr) return std::optional<TimestampOffset>();
  return in_segment(*segment, newest.timestamp, segment->base_offset());
}

Result<std::optional<TimestampOffset>> LogLookup::in_segment(Segment& segment, Timestamp timestamp,
                                                             std::int64_t from) {
  for (;;) {
    const auto batch = segment.locate_time(timestamp, from, scratch_);
    if (!batch) return batch.error();
    if (!*batch) return std::optional<TimestampOffset>();
    Result<std::optional<TimestampOffset>> found = in_batch(segment, **batch, timestamp, from);
    if (!found || *found) return found;
    // What is new enough in this batch lies below `from`.
    from = (**batch).header.next_offset();
  }
}

Result<std::optional<TimestampOffset>> LogLookup::in_batch(Segment& segment,
                                                           const LocatedBatch& batch,
                                                           Timestamp timestamp, std::int64_t from) {
  const std::size_t size = batch.header.total_size();
  scratch_.clear();
  const Result<std::size_t> count = segment.read(batch.position, scratch_.room(size).first(size));
  if (!count) return count.error();
  scratch_.commit(*count);
  if (*count < size) return Error(ErrorCode::corrupt_message, segment.path() + " became shorter");
  const records::BatchView view{batch.header, scratch_.view()};
  Result<records::RecordReader> reader = records::open_batch(view, decompressor_, records_scratch_);
  if (!reader) return reader.error();
  for (records::RecordView record; reader->next(record);) {
    if (record.timestamp >= timestamp && record.offset >= from) {
      return std::optional(
          TimestampOffset{record.timestamp, record.offset, batch.header.partition_leader_epoch});
    }
  }
  if (reader->failed()) return reader->error();
  return std::optional<TimestampOffset>();
}

}  // namespace barnabas::broker::storage
