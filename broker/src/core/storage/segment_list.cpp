#include "broker/src/core/storage/segment_list.hpp"

#include "broker/src/core/storage/batch_extent.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace barnabas::broker::storage {

namespace {

// A few small ranges in one gathered write cost less than a call for each of them.
constexpr std::size_t smallest_range = std::size_t{16} << 10;

}  // namespace

Segment& SegmentList::add(std::int64_t base_offset, std::int32_t index_interval) {
  auto segment = std::make_unique<Segment>(*disk_, folder_, base_offset, index_interval);
  return *segments_.emplace(base_offset, std::move(segment)).first->second;
}

void SegmentList::remove(std::int64_t base_offset) {
  const auto segment = segments_.find(base_offset);
  segment->second->remove();
  segments_.erase(segment);
}

Segment& SegmentList::replace(std::int64_t base_offset, std::int32_t index_interval,
                              std::string_view suffix, std::uint64_t size) {
  segments_.at(base_offset)->abandon();
  segments_.erase(base_offset);
  Segment& segment = add(base_offset, index_interval);
  segment.attach_at(segment.path() + std::string(suffix), size);
  return segment;
}

std::int64_t SegmentList::end_of(const Segment& segment, std::int64_t log_end) const {
  const auto next = segments_.upper_bound(segment.base_offset());
  return next == segments_.end() ? log_end : next->first;
}

SegmentList::Segments::const_iterator SegmentList::holding(std::int64_t offset) const {
  const auto after = segments_.upper_bound(offset);
  return after == segments_.begin() ? after : std::prev(after);
}

std::uint64_t SegmentList::size() const {
  std::uint64_t sum = 0;
  for (const auto& [base_offset, segment] : segments_) sum += segment->size();
  return sum;
}

Result<LogRead> SegmentList::read(std::int64_t offset, std::int64_t end, std::size_t max_bytes,
                                  ReadTo to, ByteBuffer& scratch) const {
  for (auto at = holding(offset); at != segments_.end(); ++at) {
    const auto batch = at->second->locate(offset, scratch);
    if (!batch) return batch.error();
    if (!*batch) continue;
    if ((**batch).header.base_offset >= end) break;
    if (to == ReadTo::send) {
      Result<std::optional<LogRead>> range =
          range_at(*at->second, **batch, end, max_bytes, scratch);
      if (!range) return range.error();
      if (*range) return *std::move(*range);
    }
    return read_at(*at->second, **batch, end, max_bytes);
  }
  LogRead nothing;
  nothing.next_offset = offset;
  return nothing;
}

/// The batches as a range of the segment's file; nothing when they are to be read.
Result<std::optional<LogRead>> SegmentList::range_at(Segment& segment, const LocatedBatch& batch,
                                                     std::int64_t end, std::size_t max_bytes,
                                                     ByteBuffer& scratch) const {
  const std::uint64_t most = std::min<std::uint64_t>(std::max(max_bytes, batch.header.total_size()),
                                                     segment.size() - batch.position);
  if (most < smallest_range) return std::optional<LogRead>();
  const Result<FileId> file = segment.file();
  if (!file) return file.error();
  std::shared_ptr<const wire::SharedFile> shared = disk_->share(*file);
  if (!shared) return std::optional<LogRead>();
  const Result<BatchRun> run = segment.run_from(batch, end, max_bytes, scratch);
  if (!run) return run.error();
  if (run->size < smallest_range) return std::optional<LogRead>();
  LogRead result;
  result.range = {std::move(shared), batch.position, run->size};
  result.size = run->size;
  result.next_offset = run->next_offset;
  return std::optional(std::move(result));
}

Result<LogRead> SegmentList::read_at(Segment& segment, const LocatedBatch& batch, std::int64_t end,
                                     std::size_t max_bytes) const {
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(
      std::max(max_bytes, batch.header.total_size()), segment.size() - batch.position));
  std::shared_ptr<std::byte[]> memory(new std::byte[wanted]);
  const std::span<std::byte> buffer(memory.get(), wanted);
  const Result<std::size_t> count = segment.read(batch.position, buffer);
  if (!count) return count.error();
  const BatchRun taken = take_batches(buffer.first(*count), end, max_bytes, true);
  if (taken.size == 0) {
    return Error(ErrorCode::corrupt_message,
                 segment.path() + " at byte " + std::to_string(batch.position));
  }
  LogRead result;
  result.pieces.push_back({buffer.first(taken.size), std::move(memory)});
  result.size = taken.size;
  result.next_offset = taken.next_offset;
  return result;
}

}  // namespace barnabas::broker::storage
