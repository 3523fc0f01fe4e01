#include "broker/src/core/storage/log_compaction.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/segment_scanner.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace barnabas::broker::storage {

namespace {

// One step: short enough for clients not to notice.
constexpr std::uint64_t step_size = std::uint64_t{256} << 10;

std::string with_suffix(const std::string& folder, std::int64_t base_offset,
                        std::string_view added) {
  return path_in(folder, segment_file(base_offset, suffix::log) + std::string(added));
}

}  // namespace

LogCompaction::~LogCompaction() {
  data_.syncs().forget(*this);
  if (cleaned_) data_.disk().close(*cleaned_);
}

std::string LogCompaction::cleaned_path() const {
  return with_suffix(segments_.folder(), rows_.front().front(), suffix::cleaned);
}

void LogCompaction::start(const LogConfig& config, const CompactionPlan& plan,
                          std::int64_t log_end) {
  config_ = config;
  plan_ = plan;
  log_end_ = log_end;
  keys_.emplace(data_.config().cleaner_buffer_bytes);
  at_segment_ = segments_.holding(plan.first_dirty)->first;
  at_position_ = 0;
  state_ = State::mapping;
}

void LogCompaction::finish_swaps(std::vector<std::int64_t> base_offsets) {
  swapped_ = std::move(base_offsets);
  state_ = State::removing;
  data_.syncs().sync_folder(segments_.folder(), *this);
}

void LogCompaction::step(const Now& now) {
  if (data_.failed()) return end(now, data_.failure());
  if (state_ == State::mapping) {
    map(now);
  } else if (state_ == State::copying) {
    copy(now);
  }
}

Segment* LogCompaction::source() const {
  const auto found = segments_.all().find(at_segment_);
  return found == segments_.all().end() ? nullptr : found->second.get();
}

void LogCompaction::map(const Now& now) {
  Segment* segment = source();
  if (segment == nullptr || at_segment_ >= plan_.end) return begin_copying();
  const Result<FileId> file = segment->file();
  if (!file) return end(now, file.error());
  SegmentScanner scanner(data_.disk(), *file, at_position_, segment->size(), data_.scratch(),
                         step_size);
  const std::uint64_t until = at_position_ + step_size;
  while (at_position_ < until) {
    const SegmentScanner::Step step = scanner.next();
    if (step == SegmentScanner::Step::end) {
      at_segment_ = segments_.end_of(*segment, log_end_);
      at_position_ = 0;
      return;
    }
    if (step != SegmentScanner::Step::batch) return end(now, scanner.error());
    const records::BatchHeader& header = scanner.header();
    if (header.next_offset() > plan_.first_dirty) {
      if (keys_->full()) {
        plan_.end = header.base_offset;
        return begin_copying();
      }
      const Result<BytesView> bytes = scanner.batch();
      if (!bytes) return end(now, bytes.error());
      if (!map_batch({header, *bytes})) return end(now, failure_);
    }
    at_position_ = scanner.position() + header.total_size();
  }
}

/// False when it cannot be read.
bool LogCompaction::map_batch(const records::BatchView& batch) {
  if (batch.header.is_control() || batch.header.is_transactional()) return true;
  Result<records::RecordReader> reader =
      records::open_batch(batch, data_.decompressor(), data_.records_scratch());
  if (!reader) {
    failure_ = std::move(reader).error();
    return false;
  }
  for (records::RecordView record; reader->next(record);) {
    if (record.key) keys_->put(*record.key, record.offset);
  }
  failure_ = reader->error();
  return failure_.ok();
}

void LogCompaction::begin_copying() {
  rows_ = group_segments(segments_, config_, plan_.end, log_end_);
  rows_.insert(rows_.begin(), std::vector<std::int64_t>());
  next_row();
}

/// The first row is done.
void LogCompaction::next_row() {
  rows_.erase(rows_.begin());
  at_in_row_ = 0;
  at_position_ = 0;
  cleaned_size_ = 0;
  changed_ = false;
  if (!rows_.empty()) {
    at_segment_ = rows_.front().front();
    changed_ = rows_.front().size() > 1;
    state_ = State::copying;
    return;
  }
  keys_.reset();
  clean_to_ = plan_.end;
  state_ = State::done;
}

void LogCompaction::copy(const Now& now) {
  if (!cleaned_) {
    const Result<FileId> made = data_.disk().open(cleaned_path(), OpenMode::create_truncated);
    if (!made) return end(now, made.error());
    cleaned_ = *made;
  }
  Segment* segment = source();
  if (segment == nullptr) return cancel();
  const Result<FileId> file = segment->file();
  if (!file) return end(now, file.error());
  SegmentScanner scanner(data_.disk(), *file, at_position_, segment->size(), data_.scratch(),
                         step_size);
  const std::uint64_t until = at_position_ + step_size;
  while (at_position_ < until) {
    const SegmentScanner::Step step = scanner.next();
    if (step == SegmentScanner::Step::end) {
      at_position_ = 0;
      if (++at_in_row_ == rows_.front().size()) return row_copied();
      at_segment_ = rows_.front()[at_in_row_];
      return;
    }
    if (step != SegmentScanner::Step::batch) return end(now, scanner.error());
    const Result<BytesView> bytes = scanner.batch();
    if (!bytes) return end(now, bytes.error());
    const Result<void> copied = copy_batch(now, {scanner.header(), *bytes});
    if (!copied) return end(now, copied.error());
    at_position_ = scanner.position() + scanner.header().total_size();
  }
}

Result<void> LogCompaction::copy_batch(const Now& now, const records::BatchView& batch) {
  CompactionRules rules;
  rules.is_newest = [this](BytesView key, std::int64_t offset) {
    return offset >= plan_.end || offset >= keys_->find(key);
  };
  rules.now = now.wall;
  rules.delete_retention_ms = config_.delete_retention_ms;
  rules.keep_empty = is_last_of_producer(batch.header);
  const Result<std::optional<BytesView>> left = compactor_.compact(batch, rules);
  if (!left) return left.error();
  changed_ = changed_ || !*left || (**left).data() != batch.bytes.data();
  if (!*left) return {};
  const std::span<const std::byte> part = (**left).span();
  Result<void> written = data_.disk().write(*cleaned_, cleaned_size_, {&part, 1});
  cleaned_size_ += part.size();
  return written;
}

bool LogCompaction::is_last_of_producer(const records::BatchHeader& batch) const {
  if (!batch.has_producer_id()) return false;
  const auto known = producers_.entries().find(batch.producer_id);
  return known != producers_.entries().end() && !known->second.batches.empty() &&
         known->second.batches.back().last_offset == batch.last_offset();
}

void LogCompaction::row_copied() {
  if (!changed_) {
    drop_cleaned();
    return next_row();
  }
  state_ = State::syncing;
  data_.syncs().sync(*cleaned_, *this);
}

void LogCompaction::on_synced(const Now& now, SyncId, const Result<void>& result) {
  if (!result) {
    data_.sync_failed(now, result.error());
    return end(now, result.error());
  }
  if (data_.failed()) return end(now, data_.failure());
  if (state_ == State::syncing) {
    data_.disk().close(*std::exchange(cleaned_, std::nullopt));
    const Result<void> named = data_.disk().rename(
        cleaned_path(), with_suffix(segments_.folder(), rows_.front().front(), suffix::swap));
    if (!named) return end(now, data_.change_failed(now, named.error()));
    state_ = State::naming;
    data_.syncs().sync_folder(segments_.folder(), *this);
  } else if (state_ == State::naming) {
    swap_in();
  } else if (state_ == State::removing) {
    name_finally(now);
  }
}

// From here on reads go to the new file. The old one of the same name stays until it is replaced.
void LogCompaction::swap_in() {
  const std::int64_t base_offset = rows_.front().front();
  for (const std::int64_t gone : rows_.front()) {
    if (gone == base_offset) {
      segments_.replace(gone, config_.index_interval_bytes, suffix::swap, cleaned_size_);
    } else {
      segments_.remove(gone);
    }
  }
  data_.tail().clear(tail_);  // it may hold what is gone
  swapped_ = {base_offset};
  state_ = State::removing;
  data_.syncs().sync_folder(segments_.folder(), *this);
}

void LogCompaction::name_finally(const Now& now) {
  for (const std::int64_t base_offset : std::exchange(swapped_, {})) {
    const auto segment = segments_.all().find(base_offset);
    if (segment == segments_.all().end()) continue;
    const Result<void> named = segment->second->rename(
        path_in(segments_.folder(), segment_file(base_offset, suffix::log)));
    if (!named) return end(now, data_.change_failed(now, named.error()));
  }
  if (rows_.empty()) {
    state_ = State::done;
  } else {
    next_row();
  }
}

void LogCompaction::cancel() {
  // What is named .swap already is finished; that takes no more than two syncs.
  if (state_ == State::naming || state_ == State::removing) {
    rows_.resize(std::min<std::size_t>(rows_.size(), 1));
    plan_.end = clean_to_;
    return;
  }
  if (state_ == State::done) return;
  data_.syncs().forget(*this);
  drop_cleaned();
  rows_.clear();
  keys_.reset();
  state_ = State::done;
}

/// Errors of the folder itself were reported by those who met them.
void LogCompaction::end(const Now& now, const Error& error) {
  const bool passing = error == ErrorCode::disk_full || error == ErrorCode::kafka_storage_error;
  if (!passing) {
    failure_ = error;
    data_.logger().log(now, LogLevel::error, "a log cannot be compacted and grows on",
                       {{"folder", segments_.folder()}, {"error", error}});
  }
  data_.syncs().forget(*this);
  if (!data_.failed()) drop_cleaned();
  rows_.clear();
  keys_.reset();
  state_ = State::done;
}

void LogCompaction::drop_cleaned() {
  if (!cleaned_) return;
  data_.disk().close(*std::exchange(cleaned_, std::nullopt));
  static_cast<void>(data_.disk().remove(cleaned_path()));
}

}  // namespace barnabas::broker::storage
