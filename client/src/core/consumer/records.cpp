#include <barnabas/records.hpp>

#include <utility>

namespace barnabas {

std::optional<HeaderView> ConsumerRecord::header(std::string_view key) const {
  std::optional<HeaderView> last;
  for (const HeaderView& header : headers()) {
    if (header.key == key) last = header;
  }
  return last;
}

Offsets Records::next_offsets() const {
  Offsets offsets;
  if (!block_) return offsets;
  for (const detail::RecordRange& range : block_->ranges) {
    offsets[range.partition] = OffsetAndMetadata(range.next_offset, range.leader_epoch);
  }
  return offsets;
}

}  // namespace barnabas
