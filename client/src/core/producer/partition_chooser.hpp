#pragma once

#include "client/src/core/producer/shared_random.hpp"
#include "client/src/core/producer/sticky_partition.hpp"

#include <barnabas/partitioner.hpp>
#include <barnabas/producer_config.hpp>
#include <barnabas/record.hpp>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace barnabas::client {

/// Chooses the partitions of one topic's records.
/// Thread-safety: complete.
class PartitionChooser {
 public:
  struct Choice {
    enum class Kind : std::uint8_t {
      fixed,   ///< By the record, its key or a Partitioner: only this one.
      free,    ///< At random or in turn: another one is as good.
      sticky,  ///< The one of StickyPartition.
    };
    std::int32_t partition = 0;  ///< Unchecked when it comes from the record or a Partitioner.
    Kind kind = Kind::fixed;
  };

  /// Lifetime: `settings` outlive the chooser.
  PartitionChooser(const ProducerSettings& settings, std::uint64_t seed);

  /// Requires: `partitions` > 0, and StickyPartition::choose was called for these.
  Choice choose(std::string_view topic, const RecordView& record, std::int32_t partitions);

  /// Whether `choose` would say the sticky partition, found out at once.
  bool is_sticky(const RecordView& record) const noexcept {
    return keyless_is_sticky_ && record.partition == any_partition &&
           (!record.key || settings_.ignore_keys);
  }

  StickyPartition& sticky() noexcept { return sticky_; }

 private:
  Choice by_scheme(const RecordView& record, std::uint32_t partitions);

  const ProducerSettings& settings_;
  const bool keyless_is_sticky_;
  StickyPartition sticky_;
  SharedRandom random_;
  std::atomic<std::uint32_t> turn_;  // of round_robin
};

}  // namespace barnabas::client
