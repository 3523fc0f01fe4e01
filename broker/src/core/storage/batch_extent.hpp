#pragma once

#include "protocol/records/batch_header.hpp"
#include "protocol/wire/big_endian.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

// A quick look at the batches of a log that are on their way to readers.

namespace barnabas::broker::storage {

/// What has to be known of a batch to step over it.
struct BatchExtent {
  std::int64_t base_offset = 0;
  std::int64_t last_offset = 0;
  std::size_t size = 0;
};

/// The batch at the front of `bytes`; nothing when it is not there as a whole or has no sound
/// length.
inline std::optional<BatchExtent> batch_at(std::span<const std::byte> bytes) noexcept {
  constexpr std::size_t length_at = 8;
  constexpr std::size_t last_offset_delta_at = 23;
  if (bytes.size() < records::batch_header_size) return std::nullopt;
  const std::byte* at = bytes.data();
  const std::size_t size =
      records::batch_prefix_size + wire::load_big_endian<std::uint32_t>(at + length_at);
  if (size < records::batch_header_size || size > bytes.size()) return std::nullopt;
  const auto base = static_cast<std::int64_t>(wire::load_big_endian<std::uint64_t>(at));
  const std::uint32_t delta = wire::load_big_endian<std::uint32_t>(at + last_offset_delta_at);
  return BatchExtent{base, base + delta, size};
}

/// The batches that a reader gets.
struct BatchRun {
  std::size_t size = 0;          ///< Their bytes.
  std::int64_t next_offset = 0;  ///< Behind the last one; 0 without any.
  bool complete = true;          ///< Whether all of the bytes belong to them.
};

/// Whole batches from the front of `bytes` that begin before `end`, at most `max_bytes` of them,
/// but the first one in any case when `at_least_one`.
inline BatchRun take_batches(std::span<const std::byte> bytes, std::int64_t end,
                             std::size_t max_bytes, bool at_least_one) noexcept {
  BatchRun run;
  while (run.size < bytes.size()) {
    const std::optional<BatchExtent> batch = batch_at(bytes.subspan(run.size));
    const bool first = at_least_one && run.size == 0;
    const bool fits = batch && (first || batch->size <= max_bytes - std::min(max_bytes, run.size));
    if (!fits || batch->base_offset >= end) {
      run.complete = false;
      break;
    }
    run.size += batch->size;
    run.next_offset = batch->last_offset + 1;
  }
  return run;
}

}  // namespace barnabas::broker::storage
