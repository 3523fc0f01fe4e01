#include "broker/src/core/storage/log_recovery.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/log_inventory.hpp"
#include "broker/src/core/storage/log_truncation.hpp"
#include "broker/src/core/storage/segment_check.hpp"
#include "broker/src/core/storage/segment_scanner.hpp"
#include "broker/src/core/storage/small_file.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

namespace barnabas::broker::storage {

namespace {

constexpr std::size_t scan_read_size = std::size_t{1} << 20;
constexpr const char* what_to_do =
    "; restore the file, or remove the folder to do without its records";
constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

/// Loads one log into `loaded_`, step by step.
class Loader {
 public:
  Loader(Disk& disk, ByteBuffer& scratch, const Now& now, const LogToLoad& log)
      : disk_(disk),
        scratch_(scratch),
        now_(now),
        log_(log),
        loaded_(disk, log.folder, log.max_producers),
        segments_(loaded_.segments) {}

  Result<void> load();
  LoadedLog& result() noexcept { return loaded_; }

 private:
  Result<void> load_epochs();
  Result<void> load_segments();
  Result<void> start_empty(std::int64_t offset);
  Result<void> recover();
  Result<bool> recover_segment(Segment& segment, SegmentCheck& check);
  Result<void> end_before(Segment& segment, const Error& damage, const SegmentCheck& check);
  Result<void> cut(Segment& segment, std::uint64_t size, const Error& damage,
                   const SegmentCheck& check);
  void drop_behind(const Segment& segment);
  Result<void> load_producers(std::int64_t end);
  Result<void> collect_epochs();
  void note_epoch(const records::BatchHeader& batch);

  Disk& disk_;
  ByteBuffer& scratch_;
  const Now& now_;
  const LogToLoad& log_;
  LoadedLog loaded_;
  SegmentList& segments_;
  bool epochs_known_ = false;
};

Result<void> Loader::load() {
  loaded_.log_start_offset = log_.log_start_offset;
  loaded_.clean = log_.clean;
  Result<void> done = take_inventory(disk_, log_.folder, log_.index_interval_bytes, loaded_);
  if (done) done = load_epochs();
  if (done) done = load_segments();
  if (!done) return done;
  if (loaded_.log_end_offset < log_.recovery_point) {
    return Error(ErrorCode::kafka_storage_error, "the log ends at offset " +
                                                     std::to_string(loaded_.log_end_offset) +
                                                     " although it was stored durably up to " +
                                                     std::to_string(log_.recovery_point));
  }
  if (loaded_.log_start_offset > loaded_.log_end_offset) {
    // The deleted records were not stored yet; their offsets must not be given out again.
    while (!segments_.empty()) segments_.remove(segments_.last().base_offset());
    done = start_empty(loaded_.log_start_offset);
    if (!done) return done;
  }
  loaded_.durable_offset = loaded_.clean ? loaded_.log_end_offset : log_.recovery_point;
  if (!epochs_known_) done = collect_epochs();
  if (loaded_.epochs.truncate_end(loaded_.log_end_offset + 1)) loaded_.epochs_stored = false;
  loaded_.snapshots.remove_behind(loaded_.log_end_offset);
  return done;
}

Result<void> Loader::load_epochs() {
  const auto file = read_small_file(disk_, path_in(log_.folder, file_name::leader_epochs));
  if (!file) return file.error();
  if (!*file) return {};
  const Result<std::vector<EpochStart>> entries = decode_epoch_checkpoint(**file);
  if (!entries) return {};  // A file that a crash cut short; the batches say the same.
  loaded_.epochs = LeaderEpochs(*entries);
  epochs_known_ = true;
  return {};
}

Result<void> Loader::load_segments() {
  if (segments_.empty()) {
    loaded_.clean = false;
    return start_empty(log_.log_start_offset);
  }
  // Those that retention was about to remove.
  while (segments_.all().size() > 1 &&
         segments_.end_of(segments_.first(), 0) <= log_.log_start_offset) {
    segments_.remove(segments_.first().base_offset());
  }
  const std::int64_t first = segments_.first().base_offset();
  loaded_.log_start_offset = std::max(loaded_.log_start_offset, first);
  if (loaded_.clean) {
    const Result<std::int64_t> end = segments_.last().reopen(scratch_);
    // Who ended cleanly noted where its logs end; another end is that of a damaged batch, whose
    // checksum does not cover its offset.
    if (end && *end == log_.recovery_point) {
      loaded_.log_end_offset = *end;
      return load_producers(*end);
    }
    if (!end && end.error() == ErrorCode::io_error) return end.error();
  }
  Result<void> recovered = recover();
  loaded_.clean = log_.clean && loaded_.truncated_bytes == 0;
  return recovered;
}

Result<void> Loader::start_empty(std::int64_t offset) {
  if (log_.recovery_point > offset) return {};  // Its data is missing.
  Result<void> created = segments_.add(offset, log_.index_interval_bytes).create();
  loaded_.producers.restore({}, now_.monotonic);
  loaded_.log_end_offset = offset;
  return created;
}

Result<void> Loader::recover() {
  const auto begin = segments_.holding(log_.recovery_point);
  Result<void> done = load_producers(begin->first);
  if (!done) return done;
  const std::optional<std::int32_t> latest = loaded_.epochs.latest();
  loaded_.epochs.truncate_end(begin->first);
  loaded_.epochs_stored = false;

  const std::int64_t strict_from = log_.strict_offsets ? log_.recovery_point : no_limit;
  SegmentCheck check(begin->first, strict_from, loaded_.epochs.latest().value_or(-1));
  for (auto at = begin; at != segments_.all().end();) {
    Segment& segment = *at->second;
    const auto next = std::next(at);
    const Error misplaced =
        check.enter_segment(at->first, next == segments_.all().end() ? no_limit : next->first);
    if (!misplaced.ok()) {
      done = end_before(segment, misplaced, check);
      if (!done) return done;
      break;
    }
    const Result<bool> sound = recover_segment(segment, check);
    if (!sound) return sound.error();
    if (!*sound) break;
    at = next;
  }
  loaded_.log_end_offset = check.next_offset();
  if (latest) loaded_.epochs.start(*latest, loaded_.log_end_offset);
  return {};
}

/// False when the log ends in it now.
Result<bool> Loader::recover_segment(Segment& segment, SegmentCheck& check) {
  const Result<FileId> file = segment.file();
  if (!file) return file.error();
  segment.start_reopening();
  SegmentScanner scanner(disk_, *file, 0, segment.size(), scratch_, scan_read_size);
  SegmentScanner::Step step = scanner.next();
  Error damage;
  for (; step == SegmentScanner::Step::batch; step = scanner.next()) {
    const Result<BytesView> batch = scanner.batch();
    if (!batch) return batch.error();
    damage = check.take(scanner.header(), *batch);
    if (!damage.ok()) break;
    segment.index(scanner.header(), scanner.position());
    note_epoch(scanner.header());
    static_cast<void>(replay_batch(scanner.header(), *batch, loaded_.producers, now_.monotonic));
  }
  if (step == SegmentScanner::Step::failed) return scanner.error();
  if (step == SegmentScanner::Step::damaged) damage = scanner.error();
  if (!damage.ok()) {
    const Result<void> done = cut(segment, scanner.position(), damage, check);
    if (!done) return done.error();
    return false;
  }
  if (&segment == &segments_.last()) return true;
  const Result<void> closed = segment.close_for_appends();
  if (!closed) return closed.error();
  return true;
}

Result<void> Loader::cut(Segment& segment, std::uint64_t size, const Error& damage,
                         const SegmentCheck& check) {
  if (check.next_offset() < log_.recovery_point) {
    return Error(ErrorCode::kafka_storage_error,
                 segment.path() + " is damaged at byte " + std::to_string(size) + ", offset " +
                     std::to_string(check.next_offset()) + ", which was stored durably up to " +
                     std::to_string(log_.recovery_point) + " (" + damage.context() + ")" +
                     what_to_do);
  }
  drop_behind(segment);
  loaded_.truncated_bytes += segment.size() - size;
  return segment.reopened(size);
}

/// Ends the log before `segment`, which does not belong to it.
Result<void> Loader::end_before(Segment& segment, const Error& damage, const SegmentCheck& check) {
  if (check.next_offset() < log_.recovery_point) return cut(segment, 0, damage, check);
  drop_behind(segment);
  loaded_.truncated_bytes += segment.size();
  const Result<std::int64_t> end =
      truncate_segments(disk_, segments_, check.next_offset(), scratch_);
  if (!end) return end.error();
  return {};
}

// From the end, so that a crash leaves no gap.
void Loader::drop_behind(const Segment& segment) {
  while (&segments_.last() != &segment) {
    loaded_.truncated_bytes += segments_.last().size();
    segments_.remove(segments_.last().base_offset());
  }
}

Result<void> Loader::load_producers(std::int64_t end) {
  const Result<std::int64_t> from = loaded_.snapshots.load(end, segments_.first().base_offset(),
                                                           loaded_.producers, now_.monotonic);
  if (!from) return from.error();
  const Result<void> replayed =
      replay_producers(disk_, segments_, *from, end, scratch_, loaded_.producers, now_.monotonic);
  if (replayed || replayed.error() != ErrorCode::corrupt_message) return replayed;
  return Error(ErrorCode::kafka_storage_error, replayed.error().context() + what_to_do);
}

Result<void> Loader::collect_epochs() {
  const LeaderEpochs recovered = std::exchange(loaded_.epochs, {});
  loaded_.epochs_stored = false;
  for (const auto& [base_offset, segment] : segments_.all()) {
    const Result<FileId> file = segment->file();
    if (!file) return file.error();
    SegmentScanner scanner(disk_, *file, 0, segment->size(), scratch_, scan_read_size);
    while (scanner.next() == SegmentScanner::Step::batch) note_epoch(scanner.header());
  }
  for (const EpochStart& entry : recovered.entries()) {
    loaded_.epochs.start(entry.epoch, entry.start_offset);
  }
  return {};
}

void Loader::note_epoch(const records::BatchHeader& batch) {
  if (batch.partition_leader_epoch >= 0) {
    loaded_.epochs.start(batch.partition_leader_epoch, batch.base_offset);
  }
}

}  // namespace

LoadedLog load_log(Disk& disk, ByteBuffer& scratch, const Now& now, const LogToLoad& log) {
  Loader loader(disk, scratch, now, log);
  const Result<void> done = loader.load();
  LoadedLog loaded = std::move(loader.result());
  if (!done) loaded.offline = done.error().within(log.folder);
  return loaded;
}

LoadedLog create_log(Disk& disk, const LogToLoad& log, std::int64_t offset) {
  LoadedLog loaded(disk, log.folder, log.max_producers);
  Segment& first = loaded.segments.add(offset, log.index_interval_bytes);
  const Result<void> created = first.create();
  if (!created) loaded.offline = created.error().within(log.folder);
  loaded.log_start_offset = offset;
  loaded.log_end_offset = offset;
  loaded.durable_offset = offset;
  loaded.epochs_stored = false;
  return loaded;
}

}  // namespace barnabas::broker::storage
