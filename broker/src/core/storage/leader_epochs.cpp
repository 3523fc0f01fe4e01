#include "broker/src/core/storage/leader_epochs.hpp"

#include <algorithm>

namespace barnabas::broker::storage {

LeaderEpochs::LeaderEpochs(std::span<const EpochStart> entries) {
  for (const EpochStart& entry : entries) {
    if (!entries_.empty() && (entry.epoch <= entries_.back().epoch ||
                              entry.start_offset <= entries_.back().start_offset)) {
      return;
    }
    entries_.push_back(entry);
  }
}

std::optional<std::int32_t> LeaderEpochs::latest() const noexcept {
  if (entries_.empty()) return std::nullopt;
  return entries_.back().epoch;
}

std::int32_t LeaderEpochs::epoch_at(std::int64_t offset) const noexcept {
  const auto after =
      std::upper_bound(entries_.begin(), entries_.end(), offset,
                       [](std::int64_t at, const EpochStart& e) { return at < e.start_offset; });
  return after == entries_.begin() ? -1 : std::prev(after)->epoch;
}

bool LeaderEpochs::start(std::int32_t epoch, std::int64_t offset) {
  if (!entries_.empty() && epoch <= entries_.back().epoch) return false;
  truncate_end(offset);
  entries_.push_back({epoch, offset});
  return true;
}

bool LeaderEpochs::truncate_end(std::int64_t end) {
  const std::size_t before = entries_.size();
  while (!entries_.empty() && entries_.back().start_offset >= end) entries_.pop_back();
  return entries_.size() != before;
}

bool LeaderEpochs::truncate_start(std::int64_t start) {
  const auto after =
      std::upper_bound(entries_.begin(), entries_.end(), start,
                       [](std::int64_t at, const EpochStart& e) { return at < e.start_offset; });
  if (after == entries_.begin()) return false;
  const auto current = std::prev(after);
  if (current == entries_.begin() && current->start_offset == start) return false;
  current->start_offset = start;
  entries_.erase(entries_.begin(), current);
  return true;
}

EpochEndOffset LeaderEpochs::end_offset(std::int32_t epoch, std::int64_t log_end) const {
  if (entries_.empty() || epoch < 0 || epoch > entries_.back().epoch) return {};
  const auto after =
      std::upper_bound(entries_.begin(), entries_.end(), epoch,
                       [](std::int32_t at, const EpochStart& e) { return at < e.epoch; });
  // Of an epoch before the first that is known all that can be said is where it had ended by then.
  if (after == entries_.begin()) return {epoch, entries_.front().start_offset};
  const std::int64_t end = after == entries_.end() ? log_end : after->start_offset;
  return {std::prev(after)->epoch, end};
}

}  // namespace barnabas::broker::storage
