#include "broker/src/core/storage/tail_cache.hpp"

#include "broker/src/core/storage/batch_extent.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace barnabas::broker::storage {

namespace {

// Smaller batches are copied: holding on to a large frame for the sake of a small batch would cost
// more memory than is counted.
constexpr std::size_t smallest_shared = std::size_t{8} << 10;
constexpr std::size_t smallest_run = std::size_t{2} << 10;
constexpr std::size_t largest_run = std::size_t{64} << 10;
constexpr std::size_t run_overhead = 128;

/// Where in `run` the first batch lies that ends at `offset` or behind it.
std::size_t position_of(std::span<const std::byte> run, std::int64_t offset) {
  std::size_t at = 0;
  while (const std::optional<BatchExtent> batch = batch_at(run.subspan(at))) {
    if (batch->last_offset >= offset) break;
    at += batch->size;
  }
  return at;
}

}  // namespace

void TailCache::remove_log(LogId log) {
  clear(log);
  logs_.erase(log);
}

void TailCache::append(LogId log, const records::BatchHeader& header,
                       std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  if (bytes.size() + run_overhead > capacity_) return clear(log);
  Log& held = logs_[log];
  if (!held.runs.empty() && held.runs.back().next_offset != header.base_offset) clear(log);
  if (owner && bytes.size() >= smallest_shared) {
    const std::size_t charge = bytes.size() + run_overhead;
    add(held, log, {header.base_offset, header.next_offset(), bytes, std::move(owner), {}, charge});
  } else {
    copy(held, log, header, bytes);
  }
  while (used_ > capacity_) drop_oldest();
}

void TailCache::copy(Log& log, LogId id, const records::BatchHeader& header,
                     std::span<const std::byte> bytes) {
  if (log.runs.empty() || log.runs.back().room.size() < bytes.size()) {
    // Runs of a busy log grow, those of a quiet one stay small.
    const std::size_t last = log.runs.empty() ? 0 : log.runs.back().charge;
    const std::size_t size =
        std::max(bytes.size(), std::clamp(2 * last, smallest_run, largest_run));
    std::shared_ptr<std::byte[]> memory(new std::byte[size]);
    std::byte* begin = memory.get();
    add(log, id,
        {header.base_offset,
         header.base_offset,
         {begin, 0},
         std::move(memory),
         {begin, size},
         size + run_overhead});
  }
  Run& run = log.runs.back();
  std::memcpy(run.room.data(), bytes.data(), bytes.size());
  run.room = run.room.subspan(bytes.size());
  run.bytes = {run.bytes.data(), run.bytes.size() + bytes.size()};
  run.next_offset = header.next_offset();
}

void TailCache::add(Log& log, LogId id, Run run) {
  if (by_age_.size() > 2 * run_count_ + 64) forget_gone();
  ++run_count_;
  by_age_.push_back({id, log.first + log.runs.size()});
  used_ += run.charge;
  log.runs.push_back(std::move(run));
}

void TailCache::drop_oldest() {
  const Age oldest = by_age_.front();
  by_age_.pop_front();
  if (is_held(oldest)) drop_front(logs_.at(oldest.log));
}

void TailCache::drop_front(Log& log) {
  used_ -= log.runs.front().charge;
  log.runs.pop_front();
  ++log.first;
  --run_count_;
}

bool TailCache::is_held(const Age& age) const {
  const auto log = logs_.find(age.log);
  return log != logs_.end() && age.run >= log->second.first;
}

void TailCache::forget_gone() {
  std::erase_if(by_age_, [this](const Age& age) { return !is_held(age); });
}

void TailCache::clear(LogId log) {
  const auto held = logs_.find(log);
  if (held == logs_.end()) return;
  while (!held->second.runs.empty()) drop_front(held->second);
}

std::optional<LogRead> TailCache::read(LogId log, std::int64_t offset, std::int64_t end,
                                       std::size_t max_bytes) const {
  const auto held = logs_.find(log);
  if (held == logs_.end()) return std::nullopt;
  const std::deque<Run>& runs = held->second.runs;
  if (runs.empty() || offset < runs.front().base_offset) return std::nullopt;
  auto run = std::upper_bound(runs.begin(), runs.end(), offset,
                              [](std::int64_t at, const Run& r) { return at < r.base_offset; });
  --run;
  LogRead result;
  result.next_offset = offset;
  if (offset >= run->next_offset) return std::nullopt;
  for (std::size_t at = position_of(run->bytes, offset); run != runs.end(); ++run, at = 0) {
    const BatchRun taken =
        take_batches(run->bytes.subspan(at), end, max_bytes - std::min(max_bytes, result.size),
                     result.size == 0);
    if (taken.size > 0) {
      result.pieces.push_back({run->bytes.subspan(at, taken.size), run->owner});
      result.size += taken.size;
      result.next_offset = taken.next_offset;
    }
    if (!taken.complete) break;
  }
  return result;
}

}  // namespace barnabas::broker::storage
