#include "broker/src/core/storage/segment.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/segment_scanner.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace barnabas::broker::storage {

namespace {

// Looking for one batch reads little, going through all of them much.
constexpr std::size_t search_read_size = std::size_t{8} << 10;
constexpr std::size_t scan_read_size = std::size_t{256} << 10;
// From an index entry on to the end of a run: about as far as to the next entry.
constexpr std::size_t walk_read_size = std::size_t{4} << 10;

std::string path_of(const std::string& folder, std::int64_t base_offset, std::string_view suffix) {
  return path_in(folder, segment_file(base_offset, suffix));
}

}  // namespace

Segment::Segment(Disk& disk, const std::string& folder, std::int64_t base_offset,
                 std::int32_t index_interval)
    : disk_(disk),
      path_(path_of(folder, base_offset, suffix::log)),
      base_offset_(base_offset),
      index_interval_(static_cast<std::uint64_t>(index_interval)),
      offsets_(disk, path_of(folder, base_offset, suffix::index), base_offset),
      times_(disk, path_of(folder, base_offset, suffix::time_index), base_offset) {}

Segment::~Segment() {
  if (file_) disk_.close(*file_);
}

Result<void> Segment::create() {
  const Result<FileId> file = disk_.open(path_, OpenMode::create_truncated);
  if (!file) return file.error();
  file_ = *file;
  start_reopening();
  return {};
}

void Segment::attach(std::uint64_t size) noexcept {
  size_ = size;
  indexes_ready_ = false;
  indexes_rebuilt_ = false;
}

Result<std::int64_t> Segment::reopen(ByteBuffer& scratch) {
  const Result<FileId> source = file();
  if (!source) return source.error();
  start_reopening();
  Result<void> loaded = offsets_.file().load();
  if (loaded) loaded = offsets_.check(size_);
  if (loaded) loaded = times_.file().load();
  if (loaded) loaded = times_.check();
  if (!loaded) return loaded.error();

  // The last batch with an entry, and those behind it, which have none yet.
  const IndexedPosition start = offsets_.last().value().value_or(IndexedPosition{base_offset_, 0});
  newest_ = times_.last().value().value_or(IndexedTime());
  SegmentScanner scanner(disk_, *source, start.position, size_, scratch, search_read_size);
  SegmentScanner::Step step = scanner.next();
  const bool fits = start.position == 0 || (step == SegmentScanner::Step::batch &&
                                            scanner.header().last_offset() == start.offset);
  if (!fits) return Error(ErrorCode::malformed_message, path_ + ": does not fit its index");
  std::int64_t end = base_offset_;
  for (; step == SegmentScanner::Step::batch; step = scanner.next()) {
    const records::BatchHeader& batch = scanner.header();
    if (batch.max_timestamp > newest_.timestamp)
      newest_ = {batch.max_timestamp, batch.last_offset()};
    bytes_since_entry_ += batch.total_size();
    end = batch.next_offset();
  }
  if (step != SegmentScanner::Step::end) return scanner.error();
  SegmentScanner front(disk_, *source, 0, size_, scratch, search_read_size);
  if (front.next() == SegmentScanner::Step::batch) first_timestamp_ = front.header().max_timestamp;
  return end;
}

void Segment::start_reopening() noexcept {
  offsets_.file().reset();
  times_.file().reset();
  bytes_since_entry_ = 0;
  newest_ = {};
  first_timestamp_.reset();
  indexes_ready_ = true;
  indexes_rebuilt_ = true;
}

void Segment::index(const records::BatchHeader& batch, std::uint64_t position) {
  if (!first_timestamp_) first_timestamp_ = batch.max_timestamp;
  if (batch.max_timestamp > newest_.timestamp) {
    newest_ = {batch.max_timestamp, batch.last_offset()};
  }
  if (bytes_since_entry_ > index_interval_) {
    offsets_.add(batch.last_offset(), static_cast<std::uint32_t>(position));
    times_.add(newest_);
    bytes_since_entry_ = 0;
  }
  bytes_since_entry_ += batch.total_size();
}

Result<void> Segment::reopened(std::uint64_t size) {
  const Result<FileId> target = file();
  if (!target) return target.error();
  const Result<std::uint64_t> present = disk_.size(*target);
  if (!present) return present.error();
  size_ = size;
  if (*present == size) return {};
  return disk_.truncate(*target, size);
}

Result<FileId> Segment::file() {
  if (file_) return *file_;
  const Result<FileId> opened = disk_.open(path_, OpenMode::existing);
  if (!opened) return opened.error();
  file_ = *opened;
  return *opened;
}

Result<void> Segment::append(const records::BatchHeader& header, BytesView batch) {
  const Result<FileId> target = file();
  if (!target) return target.error();
  const std::span<const std::byte> part = batch.span();
  const Result<void> written = disk_.write(*target, size_, {&part, 1});
  if (!written) {
    const Result<void> cut = disk_.truncate(*target, size_);
    return cut ? written : cut;
  }
  index(header, size_);
  size_ += batch.size();
  return {};
}

Result<void> Segment::store_indexes() {
  if (newest_.timestamp >= 0) times_.add(newest_);
  Result<void> stored = offsets_.file().store();
  if (stored) stored = times_.file().store();
  return stored;
}

Result<void> Segment::close_for_appends() {
  Result<void> stored = store_indexes();
  if (stored) {
    offsets_.file().release();
    times_.file().release();
  } else if (stored.error() == ErrorCode::disk_full) {
    return {};  // They stay in memory; the next start makes them anew.
  }
  return stored;
}

Result<void> Segment::prepare_indexes(ByteBuffer& scratch) {
  if (indexes_ready_) return {};
  Result<void> usable = offsets_.file().attach();
  if (usable) usable = offsets_.check(size_);
  if (usable) usable = times_.file().attach();
  if (usable) usable = times_.check();
  // A closed segment with a batch has a largest timestamp, unless its records have none.
  if (usable && size_ > 0 && times_.file().count() == 0) usable = rebuild_indexes(scratch);
  if (!usable) usable = rebuild_indexes(scratch);
  indexes_ready_ = usable.has_value();
  return usable;
}

// Damage in the log ends the indexes early; whoever reads there will find it.
Result<void> Segment::rebuild_indexes(ByteBuffer& scratch) {
  const Result<FileId> source = file();
  if (!source) return source.error();
  start_reopening();
  SegmentScanner scanner(disk_, *source, 0, size_, scratch, scan_read_size);
  SegmentScanner::Step step = scanner.next();
  for (; step == SegmentScanner::Step::batch; step = scanner.next()) {
    index(scanner.header(), scanner.position());
  }
  if (step == SegmentScanner::Step::failed) return scanner.error();
  return close_for_appends();
}

Result<std::optional<LocatedBatch>> Segment::locate(std::int64_t offset, ByteBuffer& scratch) {
  return find(offset, std::numeric_limits<Timestamp>::min(), scratch);
}

Result<std::optional<LocatedBatch>> Segment::locate_time(Timestamp timestamp, std::int64_t offset,
                                                         ByteBuffer& scratch) {
  const Result<void> ready = prepare_indexes(scratch);
  if (!ready) return ready.error();
  const Result<std::optional<IndexedTime>> before = times_.lookup_before(timestamp);
  if (!before) return before.error();
  const std::int64_t begin = *before ? (**before).offset + 1 : base_offset_;
  return find(std::max(begin, offset), timestamp, scratch);
}

// The first batch that ends at `offset` or behind it and has a record not older than `timestamp`.
Result<std::optional<LocatedBatch>> Segment::find(std::int64_t offset, Timestamp timestamp,
                                                  ByteBuffer& scratch) {
  const Result<void> ready = prepare_indexes(scratch);
  if (!ready) return ready.error();
  const Result<IndexedPosition> start = offsets_.lookup(offset);
  if (!start) return start.error();
  const Result<FileId> source = file();
  if (!source) return source.error();
  SegmentScanner scanner(disk_, *source, start->position, size_, scratch, search_read_size);
  SegmentScanner::Step step = scanner.next();
  if (step == SegmentScanner::Step::failed) return scanner.error();
  const bool index_is_wrong =
      start->position > 0 &&
      (step != SegmentScanner::Step::batch || scanner.header().last_offset() != start->offset);
  if (index_is_wrong && !indexes_rebuilt_) {
    const Result<void> rebuilt = rebuild_indexes(scratch);
    if (!rebuilt) return rebuilt.error();
    return find(offset, timestamp, scratch);
  }
  for (; step == SegmentScanner::Step::batch; step = scanner.next()) {
    const records::BatchHeader& header = scanner.header();
    if (header.last_offset() >= offset && header.max_timestamp >= timestamp) {
      return std::optional(LocatedBatch{scanner.position(), header});
    }
  }
  if (step == SegmentScanner::Step::end) return std::optional<LocatedBatch>();
  return scanner.error().within(path_ + " at byte " + std::to_string(scanner.position()));
}

Result<BatchRun> Segment::run_from(const LocatedBatch& first, std::int64_t end,
                                   std::size_t max_bytes, ByteBuffer& scratch) {
  BatchRun run{first.header.total_size(), first.header.next_offset(), true};
  if (run.size >= max_bytes) return run;
  const std::uint64_t limit = first.position + max_bytes;
  const Result<FileId> source = file();
  if (!source) return source.error();
  const Result<IndexedPosition> entry = offsets_.lookup_before(end, limit);
  if (!entry) return entry.error();

  // Damage ends the run; whoever reads there will find it.
  const auto walk = [&](std::uint64_t from, std::optional<std::int64_t> expected) {
    SegmentScanner scanner(disk_, *source, from, size_, scratch, walk_read_size);
    while (scanner.next() == SegmentScanner::Step::batch) {
      const records::BatchHeader& header = scanner.header();
      if (expected && header.last_offset() != *expected) return false;
      if (expected) run = {scanner.position() - first.position, header.base_offset, true};
      expected.reset();
      const std::uint64_t behind = scanner.position() + header.total_size();
      if (header.base_offset >= end || behind > limit) break;
      run = {behind - first.position, header.next_offset(), true};
    }
    return !expected;
  };
  const std::uint64_t second = first.position + run.size;
  if (entry->position > second && walk(entry->position, entry->offset)) return run;
  walk(second, std::nullopt);
  return run;
}

Result<std::optional<IndexedTime>> Segment::newest(ByteBuffer& scratch) {
  if (size_ == 0) return std::optional<IndexedTime>();
  const Result<void> ready = prepare_indexes(scratch);
  if (!ready) return ready.error();
  if (newest_.timestamp >= 0) return std::optional(newest_);
  return times_.last();
}

Result<std::size_t> Segment::read(std::uint64_t position, std::span<std::byte> into) {
  const Result<FileId> source = file();
  if (!source) return source.error();
  return disk_.read(*source, position, into);
}

Result<void> Segment::rename(std::string path) {
  if (file_) disk_.close(*file_);
  file_.reset();
  const Result<void> renamed = disk_.rename(path_, path);
  if (renamed) path_ = std::move(path);
  return renamed;
}

void Segment::attach_at(std::string path, std::uint64_t size) noexcept {
  path_ = std::move(path);
  attach(size);
}

void Segment::abandon() {
  if (file_) disk_.close(*file_);
  file_.reset();
  remove_indexes();
}

void Segment::remove_indexes() {
  for (IndexFile* index : {&offsets_.file(), &times_.file()}) {
    index->close();
    static_cast<void>(disk_.remove(index->path()));
  }
}

void Segment::remove() {
  abandon();
  const std::string doomed = path_ + std::string(suffix::deleted);
  if (disk_.rename(path_, doomed)) disk_.discard(doomed);
}

}  // namespace barnabas::broker::storage
