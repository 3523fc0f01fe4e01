#include "broker/src/core/storage/partition_log.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/log_retention.hpp"
#include "broker/src/core/storage/log_truncation.hpp"
#include "broker/src/core/storage/small_file.hpp"
#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace barnabas::broker::storage {

PartitionLog::PartitionLog(DataFolder& data, TopicPartition partition, LogConfig config,
                           LoadedLog loaded)
    : data_(data),
      partition_(std::move(partition)),
      config_(std::move(config)),
      number_(data.next_log_number()),
      tail_id_(data.tail().add_log()),
      offline_(std::move(loaded.offline)),
      segments_(std::move(loaded.segments)),
      epochs_(std::move(loaded.epochs)),
      epochs_stored_(loaded.epochs_stored),
      producers_(std::move(loaded.producers)),
      snapshots_(std::move(loaded.snapshots)),
      flush_(data, segments_, *this),
      compaction_(data, segments_, producers_, tail_id_),
      log_start_(loaded.log_start_offset),
      log_end_(loaded.log_end_offset),
      was_clean_(loaded.clean),
      changed_(!loaded.clean) {
  flush_.reset(loaded.durable_offset);
  if (offline_.ok() && !epochs_.latest()) {
    epochs_.start(0, log_end_);
    epochs_stored_ = false;
  }
  last_high_watermark_ = high_watermark();
  if (offline_.ok() && !loaded.swapped.empty()) compaction_.finish_swaps(std::move(loaded.swapped));
}

PartitionLog::~PartitionLog() {
  data_.tail().remove_log(tail_id_);
  data_.flush_deadlines().cancel(number_);
  data_.forget(*this);
}

std::int64_t PartitionLog::high_watermark() const noexcept {
  if (data_.config().fsync != FsyncPolicy::always) return log_end_;
  return registered_ ? std::max(flush_.durable_offset(), log_start_) : log_start_;
}

std::int64_t PartitionLog::last_stable_offset() const noexcept {
  return std::min(high_watermark(), producers_.first_unstable_offset().value_or(high_watermark()));
}

Result<Appended> PartitionLog::append(const Now& now, const BatchBytes& batch,
                                      AppendOrigin origin) {
  if (!offline_.ok()) return unusable();
  Result<records::BatchHeader> parsed = records::BatchHeader::parse(batch.bytes);
  if (!parsed || parsed->total_size() != batch.bytes.size()) {
    return Error(ErrorCode::corrupt_message, to_string(partition_) + ": not one whole batch");
  }
  records::BatchHeader& header = *parsed;
  if (origin == AppendOrigin::client) {
    const Result<std::optional<ProducedBatch>> known = producers_.check(header);
    if (!known) return known.error().within(to_string(partition_));
    if (*known) return repeated(**known);
  }
  header.base_offset = log_end_;
  header.partition_leader_epoch = leader_epoch();
  const Result<void> ready = prepare_append(now, header);
  if (!ready) return ready.error();

  records::set_base_offset(batch.bytes, header.base_offset);
  records::set_partition_leader_epoch(batch.bytes, header.partition_leader_epoch);
  Appended result{header.base_offset, header.last_offset(), -1, header.partition_leader_epoch};
  if (config_.timestamps == TimestampPolicy::log_append_time && !header.is_control()) {
    records::set_max_timestamp(batch.bytes, records::TimestampType::log_append_time, now.wall);
    header.attributes =
        static_cast<std::int16_t>(header.attributes | records::attribute::log_append_time);
    header.max_timestamp = now.wall;
    result.append_time = now.wall;
  }
  const Result<void> written = planted(PlantedBug::append_to_memory_only)
                                   ? Result<void>()
                                   : segments_.last().append(header, batch.bytes);
  if (!written) return data_.change_failed(now, written.error()).within(to_string(partition_));
  appended(now, header, batch);
  return result;
}

Appended PartitionLog::repeated(const ProducedBatch& batch) const {
  Appended result;
  result.base_offset = batch.first_offset();
  result.last_offset = batch.last_offset;
  result.append_time = batch.timestamp;  // whatever the policy, as Kafka does
  result.leader_epoch = epochs_.epoch_at(batch.last_offset);
  result.duplicate = true;
  return result;
}

Result<void> PartitionLog::prepare_append(const Now& now, const records::BatchHeader& header) {
  if (header.total_size() > static_cast<std::size_t>(config_.segment_bytes)) {
    return Error(ErrorCode::record_list_too_large, to_string(partition_) + ": a batch of " +
                                                       std::to_string(header.total_size()) +
                                                       " bytes does not fit segment.bytes");
  }
  Result<void> admitted = data_.admit(now, header.total_size());
  if (!admitted) return admitted.error().within(to_string(partition_));
  if (!epochs_stored_) write_epochs(now);
  if (must_roll(now, header)) return roll(now);
  return {};
}

// A loss of power may keep names of files in any combination: without the first segment, a second
// one would be the beginning of the log. So it waits until something of the first is durable.
bool PartitionLog::beginning_is_in_doubt() const {
  return data_.config().fsync == FsyncPolicy::always && segments_.all().size() == 1 &&
         flush_.durable_offset() <= segments_.first().base_offset();
}

bool PartitionLog::must_roll(const Now& now, const records::BatchHeader& header) const {
  const Segment& segment = segments_.last();
  const std::int64_t relative = header.last_offset() - segment.base_offset();
  if (relative > std::numeric_limits<std::int32_t>::max()) return true;
  if (segment.empty()) return false;
  const std::uint64_t size = segment.size() + header.total_size();
  if (size > std::numeric_limits<std::int32_t>::max()) return true;
  if (beginning_is_in_doubt()) return false;
  if (size > static_cast<std::uint64_t>(config_.segment_bytes)) return true;
  const Timestamp first = segment.first_timestamp().value_or(-1);
  const Timestamp time =
      config_.timestamps == TimestampPolicy::log_append_time ? now.wall : header.max_timestamp;
  const std::int64_t oldest = config_.cleanup_compact
                                  ? std::min(config_.segment_ms, config_.max_compaction_lag_ms)
                                  : config_.segment_ms;
  return first >= 0 && time - first > oldest;
}

Result<void> PartitionLog::roll(const Now& now) {
  Segment& closing = segments_.last();
  Segment& opening = segments_.add(log_end_, config_.index_interval_bytes);
  const Result<void> created = opening.create();
  if (!created) {
    segments_.forget(log_end_);
    return data_.change_failed(now, created.error());
  }
  const Result<void> closed = closing.close_for_appends();
  if (!closed) return data_.change_failed(now, closed.error());
  const Result<void> snapshot = snapshots_.write(log_end_, producers_);
  if (!snapshot && snapshot.error() != ErrorCode::disk_full) {
    return data_.change_failed(now, snapshot.error());
  }
  snapshots_.prune(segments_.first().base_offset());
  flush_.names_changed();
  checkpoint_after_flush_ = true;
  flush(now);
  return {};
}

void PartitionLog::appended(const Now& now, const records::BatchHeader& header,
                            const BatchBytes& batch) {
  // A marker that cannot be read was refused where it was made.
  static_cast<void>(replay_batch(header, batch.bytes, producers_, now.monotonic));
  data_.tail().append(tail_id_, header, batch.bytes, batch.owner);
  log_end_ = header.next_offset();
  changed_ = true;
  plan_flush(now);
  note_advanced();
}

void PartitionLog::plan_flush(const Now& now) {
  if (data_.config().fsync == FsyncPolicy::always) return flush_.start(now, log_end_);
  if (data_.config().fsync != FsyncPolicy::interval) return;
  if (log_end_ - flush_.durable_offset() >= config_.flush_messages) {
    flush_.start(now, log_end_);
  } else if (!flush_.running() && !data_.flush_deadlines().deadline_of(number_)) {
    data_.flush_deadlines().set(
        number_, deadline_after(now.monotonic, std::chrono::milliseconds(config_.flush_ms)));
  }
}

void PartitionLog::flush(const Now& now) {
  if (closing_ || data_.config().fsync != FsyncPolicy::never) make_durable(now);
}

void PartitionLog::make_durable(const Now& now) {
  if (offline_.ok()) flush_.start(now, log_end_);
}

void PartitionLog::on_flushed(const Now& now) {
  data_.flush_deadlines().cancel(number_);
  if (flush_.durable_offset() < log_end_) {
    if (closing_) {
      flush_.start(now, log_end_);
    } else {
      plan_flush(now);
    }
  }
  const bool closed_are_durable = flush_.durable_offset() >= segments_.last().base_offset();
  if (closed_are_durable && std::exchange(checkpoint_after_flush_, false)) {
    data_.request_checkpoint();
  }
  note_advanced();
}

void PartitionLog::note_advanced() {
  if (std::exchange(last_high_watermark_, high_watermark()) == last_high_watermark_) return;
  if (!std::exchange(noted_, true)) data_.note_advanced(*this);
}

void PartitionLog::registered() {
  registered_ = true;
  note_advanced();
}

Result<LogRead> PartitionLog::read(std::int64_t offset, std::size_t max_bytes, ReadUpTo limit,
                                   ReadTo to) {
  if (!offline_.ok()) return unusable();
  if (offset < log_start_ || offset > log_end_) {
    return Error(ErrorCode::offset_out_of_range,
                 to_string(partition_) + ": offset " + std::to_string(offset) + " is outside of " +
                     std::to_string(log_start_) + ".." + std::to_string(log_end_));
  }
  const std::int64_t end = end_for(limit);
  if (offset >= end) {
    LogRead nothing;
    nothing.next_offset = offset;
    return nothing;
  }
  std::optional<LogRead> cached = data_.tail().read(tail_id_, offset, end, max_bytes);
  if (cached) return std::move(*cached);
  Result<LogRead> stored = segments_.read(offset, end, max_bytes, to, data_.scratch());
  if (!stored) return read_failed(stored.error());
  return stored;
}

std::int64_t PartitionLog::end_for(ReadUpTo limit) const noexcept {
  switch (limit) {
    case ReadUpTo::log_end:
      return log_end_;
    case ReadUpTo::high_watermark:
      return planted(PlantedBug::show_unsynced_records) ? log_end_ : high_watermark();
    case ReadUpTo::last_stable:
      return last_stable_offset();
  }
  return log_start_;
}

Error PartitionLog::read_failed(const Error& error) const {
  return Error(ErrorCode::kafka_storage_error, to_string(partition_) + ": " + error.to_string());
}

Result<void> PartitionLog::start_leader_epoch(const Now& now, std::int32_t epoch) {
  if (!offline_.ok()) return unusable();
  if (!epochs_.start(epoch, log_end_)) {
    return Error(ErrorCode::invalid_argument,
                 to_string(partition_) + ": leader epoch " + std::to_string(epoch) + " is not new");
  }
  write_epochs(now);
  return {};
}

void PartitionLog::raise_leader_epoch(std::int32_t epoch) {
  if (epochs_.start(epoch, log_end_)) epochs_stored_ = false;
}

void PartitionLog::write_epochs(const Now& now) {
  changed_ = true;
  epochs_stored_ = false;
  if (data_.failed()) return;
  const std::string path = path_in(segments_.folder(), file_name::leader_epochs);
  const Result<void> written =
      replace_small_file(data_.disk(), path, encode_epoch_checkpoint(epochs_.entries()));
  if (!written) return static_cast<void>(data_.change_failed(now, written.error()));
  // It is believed after a clean end, so it has to be as durable as that.
  const Result<FileId> file = data_.disk().open(path, OpenMode::existing);
  if (!file) return static_cast<void>(data_.change_failed(now, file.error()));
  flush_.file_replaced(file_name::leader_epochs, *file);
  epochs_stored_ = true;
}

EpochEndOffset PartitionLog::offset_for_leader_epoch(std::int32_t epoch) const {
  return epochs_.end_offset(epoch, log_end_);
}

LogLookup PartitionLog::lookup() {
  return {segments_, data_.scratch(), data_.records_scratch(), data_.decompressor()};
}

Result<std::optional<TimestampOffset>> PartitionLog::visible(
    Result<std::optional<TimestampOffset>> found) const {
  if (!found) return read_failed(found.error());
  if (*found && (**found).offset >= high_watermark()) return std::optional<TimestampOffset>();
  return found;
}

Result<std::optional<TimestampOffset>> PartitionLog::offset_for_timestamp(Timestamp timestamp) {
  if (!offline_.ok()) return unusable();
  return visible(lookup().first_since(timestamp, log_start_));
}

Result<std::optional<TimestampOffset>> PartitionLog::max_timestamp() {
  if (!offline_.ok()) return unusable();
  return visible(lookup().newest());
}

Result<std::int64_t> PartitionLog::delete_records(const Now& now, std::int64_t offset) {
  if (!offline_.ok()) return unusable();
  if (data_.failed()) return Error(ErrorCode::kafka_storage_error, data_.failure().context());
  const std::int64_t target = offset == -1 ? high_watermark() : offset;
  if (target < 0 || target > high_watermark()) {
    return Error(ErrorCode::offset_out_of_range,
                 to_string(partition_) + ": offset " + std::to_string(offset) +
                     " is above the high watermark " + std::to_string(high_watermark()));
  }
  set_log_start(now, target);
  return log_start_;
}

void PartitionLog::set_log_start(const Now& now, std::int64_t offset) {
  if (offset <= log_start_) return;
  log_start_ = offset;
  changed_ = true;
  if (epochs_.truncate_start(offset)) write_epochs(now);
  data_.request_checkpoint();
  if (!std::exchange(noted_, true)) data_.note_advanced(*this);
}

void PartitionLog::enforce_retention(const Now& now) {
  if (!offline_.ok() || data_.failed() || closing_) return;
  const RetainedRange range{log_start_, high_watermark(), log_end_};
  const std::int64_t start = retention_start(segments_, config_, now.wall, range, data_.scratch());
  // The open segment goes only after it was closed.
  if (start > segments_.last().base_offset() && !segments_.last().empty() && start == log_end_) {
    if (!roll(now)) return;
  }
  set_log_start(now, start);
}

void PartitionLog::remove_segments(const Now&, std::int64_t log_start) {
  if (!offline_.ok() || data_.failed() || compaction_.running()) return;
  const std::int64_t below = std::min(log_start, log_start_);
  while (segments_.all().size() > 1 && segments_.end_of(segments_.first(), log_end_) <= below) {
    segments_.remove(segments_.first().base_offset());
  }
  snapshots_.prune(segments_.first().base_offset());
}

CompactionPlan PartitionLog::plan_compaction(const Now& now, std::int64_t recovery_point) {
  const bool possible = config_.cleanup_compact && offline_.ok() && !closing_ &&
                        compaction_.failure().ok() && !compaction_.running();
  if (!possible) return {};
  if (flush_.durable_offset() < segments_.last().base_offset()) {
    checkpoint_after_flush_ = true;
    flush_.start(now, log_end_);
  }
  CompactionBounds bounds;
  bounds.log_start = log_start_;
  bounds.log_end = log_end_;
  bounds.first_dirty = compaction_.clean_to();
  bounds.limit = std::min(recovery_point, last_stable_offset());
  return storage::plan_compaction(segments_, config_, now.wall, bounds, data_.scratch());
}

void PartitionLog::start_compaction(const CompactionPlan& plan) {
  compaction_.start(config_, plan, log_end_);
}

void PartitionLog::expire_producers(const Now& now) {
  producers_.expire(now.monotonic,
                    std::chrono::milliseconds(data_.config().producer_id_expiration_ms));
}

Result<void> PartitionLog::truncate(const Now& now, std::int64_t offset) {
  if (!offline_.ok()) return unusable();
  if (data_.failed()) return Error(ErrorCode::kafka_storage_error, data_.failure().context());
  if (offset >= log_end_) return {};
  compaction_.cancel();
  if (compaction_.running()) {
    return Error(ErrorCode::kafka_storage_error,
                 to_string(partition_) + ": compaction is replacing segments");
  }
  const std::int32_t epoch = leader_epoch();
  const Result<std::int64_t> end =
      truncate_segments(data_.disk(), segments_, offset, data_.scratch());
  if (!end) return data_.change_failed(now, end.error());
  log_end_ = *end;
  log_start_ = std::min(log_start_, log_end_);
  changed_ = true;
  data_.tail().clear(tail_id_);
  flush_.reset(std::min(flush_.durable_offset(), log_end_));
  flush_.names_changed();
  epochs_.truncate_end(log_end_ + 1);
  epochs_.start(epoch, log_end_);
  write_epochs(now);
  snapshots_.remove_behind(log_end_);
  data_.request_checkpoint();
  note_advanced();
  return reload_producers(now);
}

Result<void> PartitionLog::reload_producers(const Now& now) {
  const Result<std::int64_t> from =
      snapshots_.load(log_end_, segments_.first().base_offset(), producers_, now.monotonic);
  if (!from) return read_failed(from.error());
  Result<void> replayed = replay_producers(data_.disk(), segments_, *from, log_end_,
                                           data_.scratch(), producers_, now.monotonic);
  if (!replayed) return read_failed(replayed.error());
  return {};
}

void PartitionLog::close(const Now& now) {
  closing_ = true;
  compaction_.cancel();
  if (!offline_.ok() || data_.failed()) return;
  if (std::exchange(changed_, false)) {
    Result<void> stored = segments_.last().store_indexes();
    if (stored) stored = snapshots_.write(log_end_, producers_);
    // Without space the next start makes them anew.
    if (!stored && stored.error() != ErrorCode::disk_full) {
      static_cast<void>(data_.change_failed(now, stored.error()));
      return;
    }
  }
  if (!epochs_stored_) write_epochs(now);
  flush(now);
}

bool PartitionLog::closed() const noexcept {
  if (!offline_.ok() || data_.failed()) return true;
  return closing_ && !compaction_.running() && !flush_.running() &&
         flush_.durable_offset() >= log_end_;
}

}  // namespace barnabas::broker::storage
