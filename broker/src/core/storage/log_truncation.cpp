#include "broker/src/core/storage/log_truncation.hpp"

#include "broker/src/core/storage/segment_scanner.hpp"

namespace barnabas::broker::storage {

namespace {

constexpr std::size_t scan_read_size = std::size_t{256} << 10;

}  // namespace

Result<std::int64_t> truncate_segments(Disk& disk, SegmentList& segments, std::int64_t offset,
                                       ByteBuffer& scratch) {
  while (segments.all().size() > 1 && segments.last().base_offset() >= offset) {
    segments.remove(segments.last().base_offset());
  }
  Segment& segment = segments.last();
  const Result<FileId> file = segment.file();
  if (!file) return file.error();
  std::int64_t end = segment.base_offset();
  segment.start_reopening();
  SegmentScanner scanner(disk, *file, 0, segment.size(), scratch, scan_read_size);
  SegmentScanner::Step step = scanner.next();
  for (; step == SegmentScanner::Step::batch; step = scanner.next()) {
    if (scanner.header().last_offset() >= offset) break;
    segment.index(scanner.header(), scanner.position());
    end = scanner.header().next_offset();
  }
  if (step == SegmentScanner::Step::failed) return scanner.error();
  const Result<void> cut = segment.reopened(scanner.position());
  if (!cut) return cut.error();
  return end;
}

}  // namespace barnabas::broker::storage
