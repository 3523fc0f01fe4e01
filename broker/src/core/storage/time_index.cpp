#include "broker/src/core/storage/time_index.hpp"

#include "protocol/wire/big_endian.hpp"

#include <array>

namespace barnabas::broker::storage {

void TimeIndex::add(const IndexedTime& time) {
  const Result<std::optional<IndexedTime>> newest = last();
  if (newest && *newest && time.timestamp <= (*newest)->timestamp) return;
  std::array<std::byte, entry_size> entry;
  wire::store_big_endian(entry.data(), static_cast<std::uint64_t>(time.timestamp));
  wire::store_big_endian(entry.data() + 8, static_cast<std::uint32_t>(time.offset - base_offset_));
  file_.append(entry);
}

Result<std::optional<IndexedTime>> TimeIndex::lookup_before(Timestamp timestamp) {
  const Result<std::size_t> before = file_.count_front(
      [&](std::span<const std::byte> entry) { return decode(entry).timestamp < timestamp; });
  if (!before) return before.error();
  return entry_before(*before);
}

Result<std::optional<IndexedTime>> TimeIndex::last() { return entry_before(file_.count()); }

Result<void> TimeIndex::check() {
  const Result<std::optional<IndexedTime>> newest = last();
  if (!newest) return newest.error();
  const Result<std::optional<IndexedTime>> oldest = entry_before(file_.count() > 0 ? 1 : 0);
  if (!oldest) return oldest.error();
  if (*newest && (**newest).timestamp < (**oldest).timestamp) {
    return Error(ErrorCode::malformed_message, file_.path() + ": its entries do not grow");
  }
  return {};
}

Result<std::optional<IndexedTime>> TimeIndex::entry_before(std::size_t count) {
  if (count == 0) return std::optional<IndexedTime>();
  const auto entry = file_.entry(count - 1);
  if (!entry) return entry.error();
  return std::optional(decode(*entry));
}

IndexedTime TimeIndex::decode(std::span<const std::byte> entry) const {
  return {static_cast<Timestamp>(wire::load_big_endian<std::uint64_t>(entry.data())),
          base_offset_ + wire::load_big_endian<std::uint32_t>(entry.data() + 8)};
}

}  // namespace barnabas::broker::storage
