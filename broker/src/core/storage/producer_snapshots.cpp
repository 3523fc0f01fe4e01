#include "broker/src/core/storage/producer_snapshots.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/producer_snapshot.hpp"
#include "broker/src/core/storage/segment_scanner.hpp"
#include "broker/src/core/storage/small_file.hpp"
#include "protocol/records/control_record.hpp"
#include "protocol/records/record_reader.hpp"

#include <iterator>

namespace barnabas::broker::storage {

namespace {

constexpr std::size_t scan_read_size = std::size_t{256} << 10;

}  // namespace

Result<void> ProducerSnapshots::write(std::int64_t offset, const ProducerState& state) {
  Result<void> written =
      write_small_file(*disk_, path(offset), encode_producer_snapshot(state.entries()));
  offsets_.insert(offset);
  if (!written) remove(offset);
  return written;
}

Result<std::int64_t> ProducerSnapshots::load(std::int64_t offset, std::int64_t log_start,
                                             ProducerState& state, Instant now) {
  for (;;) {
    const auto after = offsets_.upper_bound(offset);
    if (after == offsets_.begin() || *std::prev(after) < log_start) break;
    const std::int64_t candidate = *std::prev(after);
    const Result<std::optional<std::string>> file = read_small_file(*disk_, path(candidate));
    if (!file && file.error() == ErrorCode::io_error) return file.error();
    Result<ProducerState::Entries> entries =
        decode_producer_snapshot(file && *file ? BytesView(**file) : BytesView());
    if (entries) {
      state.restore(std::move(*entries), now);
      return candidate;
    }
    remove(candidate);
  }
  state.restore({}, now);
  return log_start;
}

void ProducerSnapshots::remove_behind(std::int64_t offset) {
  while (!offsets_.empty() && *offsets_.rbegin() > offset) remove(*offsets_.rbegin());
}

void ProducerSnapshots::prune(std::int64_t log_start) {
  while (offsets_.size() > 2 || (!offsets_.empty() && *offsets_.begin() < log_start)) {
    remove(*offsets_.begin());
  }
}

std::string ProducerSnapshots::path(std::int64_t offset) const {
  return path_in(folder_, segment_file(offset, suffix::snapshot));
}

void ProducerSnapshots::remove(std::int64_t offset) {
  // A file that stays behind is found and judged again at the next start.
  static_cast<void>(disk_->remove(path(offset)));
  offsets_.erase(offset);
}

Result<void> replay_batch(const records::BatchHeader& header, BytesView batch, ProducerState& state,
                          Instant now) {
  if (!header.has_producer_id()) return {};
  std::optional<std::int32_t> marker_epoch;
  if (header.is_control()) {
    const BytesView bytes(batch.span().subspan(records::batch_header_size));
    records::RecordReader reader(header, bytes);
    records::RecordView record;
    if (!reader.next(record)) return reader.error();
    const auto marker = records::parse_end_transaction(record);
    if (!marker) return marker.error();
    if (*marker) marker_epoch = (**marker).coordinator_epoch;
  }
  state.update(header, now, marker_epoch);
  return {};
}

Result<void> replay_producers(Disk& disk, const SegmentList& segments, std::int64_t offset,
                              std::int64_t end, ByteBuffer& scratch, ProducerState& state,
                              Instant now) {
  if (offset >= end) return {};
  for (auto at = segments.holding(offset); at != segments.all().end(); ++at) {
    Segment& segment = *at->second;
    if (segment.base_offset() >= end) break;
    const Result<FileId> file = segment.file();
    if (!file) return file.error();
    SegmentScanner scanner(disk, *file, 0, segment.size(), scratch, scan_read_size);
    SegmentScanner::Step step = scanner.next();
    for (; step == SegmentScanner::Step::batch; step = scanner.next()) {
      const records::BatchHeader& header = scanner.header();
      if (header.base_offset >= end) return {};
      if (header.base_offset < offset || !header.has_producer_id()) continue;
      const Result<BytesView> batch = scanner.batch();
      if (!batch) return batch.error();
      // One flipped bit could open a transaction that nobody can end.
      if (!records::crc_matches(*batch)) {
        return Error(ErrorCode::corrupt_message, segment.path() + ": the batch at offset " +
                                                     std::to_string(header.base_offset) +
                                                     " does not match its checksum");
      }
      const Result<void> replayed = replay_batch(header, *batch, state, now);
      if (!replayed) return replayed;
    }
    if (step != SegmentScanner::Step::end) return scanner.error().within(segment.path());
  }
  return {};
}

}  // namespace barnabas::broker::storage
