#include "broker/src/core/storage/offset_index.hpp"

#include "protocol/wire/big_endian.hpp"

#include <array>

namespace barnabas::broker::storage {

void OffsetIndex::add(std::int64_t offset, std::uint32_t position) {
  std::array<std::byte, entry_size> entry;
  wire::store_big_endian(entry.data(), static_cast<std::uint32_t>(offset - base_offset_));
  wire::store_big_endian(entry.data() + 4, position);
  file_.append(entry);
}

template <class Predicate>
Result<IndexedPosition> OffsetIndex::last_that(Predicate holds) {
  const Result<std::size_t> before =
      file_.count_front([&](std::span<const std::byte> entry) { return holds(decode(entry)); });
  if (!before) return before.error();
  if (*before == 0) return IndexedPosition{base_offset_, 0};
  const auto entry = file_.entry(*before - 1);
  if (!entry) return entry.error();
  return decode(*entry);
}

Result<IndexedPosition> OffsetIndex::lookup(std::int64_t offset) {
  return last_that([&](const IndexedPosition& entry) { return entry.offset <= offset; });
}

Result<IndexedPosition> OffsetIndex::lookup_before(std::int64_t offset, std::uint64_t position) {
  return last_that([&](const IndexedPosition& entry) {
    return entry.offset < offset && entry.position < position;
  });
}

Result<std::optional<IndexedPosition>> OffsetIndex::last() {
  if (file_.count() == 0) return std::optional<IndexedPosition>();
  const auto entry = file_.entry(file_.count() - 1);
  if (!entry) return entry.error();
  return std::optional(decode(*entry));
}

Result<void> OffsetIndex::check(std::uint64_t log_size) {
  const Result<std::optional<IndexedPosition>> entry = last();
  if (!entry) return entry.error();
  if (*entry && ((*entry)->offset <= base_offset_ || (*entry)->position >= log_size)) {
    return Error(ErrorCode::malformed_message,
                 file_.path() + ": its last entry lies outside of the segment");
  }
  return {};
}

IndexedPosition OffsetIndex::decode(std::span<const std::byte> entry) const {
  return {base_offset_ + wire::load_big_endian<std::uint32_t>(entry.data()),
          wire::load_big_endian<std::uint32_t>(entry.data() + 4)};
}

}  // namespace barnabas::broker::storage
