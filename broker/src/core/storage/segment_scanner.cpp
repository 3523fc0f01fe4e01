#include "broker/src/core/storage/segment_scanner.hpp"

#include <algorithm>
#include <string>

namespace barnabas::broker::storage {

SegmentScanner::SegmentScanner(Disk& disk, FileId file, std::uint64_t position, std::uint64_t end,
                               ByteBuffer& scratch, std::size_t read_size)
    : disk_(disk),
      file_(file),
      position_(position),
      end_(end),
      scratch_(scratch),
      read_size_(read_size) {
  scratch_.clear();
}

SegmentScanner::Step SegmentScanner::next() {
  position_ += size_;
  size_ = 0;
  if (position_ >= end_) return Step::end;
  if (end_ - position_ < records::batch_header_size) {
    error_ = Error(ErrorCode::corrupt_message, "a header cut short");
    return Step::damaged;
  }
  const Result<BytesView> head = bytes(records::batch_header_size);
  if (!head) {
    error_ = head.error();
    return Step::failed;
  }
  Result<records::BatchHeader> header = records::BatchHeader::parse(*head);
  if (!header) {
    error_ = header.error();
    return Step::damaged;
  }
  if (header->total_size() > end_ - position_) {
    error_ = Error(ErrorCode::corrupt_message, "a batch cut short");
    return Step::damaged;
  }
  header_ = *header;
  size_ = header_.total_size();
  return Step::batch;
}

Result<BytesView> SegmentScanner::batch() { return bytes(size_); }

Result<BytesView> SegmentScanner::bytes(std::size_t count) {
  const bool held =
      position_ >= scratch_position_ && position_ + count <= scratch_position_ + scratch_.size();
  if (!held) {
    const std::size_t wanted = static_cast<std::size_t>(
        std::min<std::uint64_t>(std::max(count, read_size_), end_ - position_));
    scratch_.clear();
    const Result<std::size_t> got =
        disk_.read(file_, position_, scratch_.room(wanted).first(wanted));
    if (!got) return got.error();
    scratch_.commit(*got);
    scratch_position_ = position_;
    if (*got < count) {
      return Error(ErrorCode::malformed_message,
                   "the segment became shorter at byte " + std::to_string(position_ + *got));
    }
  }
  return BytesView(scratch_.view().span().subspan(position_ - scratch_position_, count));
}

}  // namespace barnabas::broker::storage
