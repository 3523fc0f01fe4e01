#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/topic_store.hpp"

#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace barnabas::broker::storage {

/// What the folders of partitions in a data folder stand for.
struct TopicFolders {
  /// Every partition of every registered topic, and whether it has a folder.
  std::map<TopicPartition, bool> partitions;
  /// Folders of deleted topics, to be discarded.
  std::vector<std::string> deleted;
  /// What an operator should know.
  std::vector<std::string> remarks;
  bool topics_changed = false;  ///< Topics were adopted.
};

/// Brings the folders in line with the registered topics: finishes removals that were registered,
/// takes back those that were not, adopts partitions that nobody registered, and puts folders aside
/// (as "...-stray") whose name belongs to another topic. `seed` is for ids of topics without one.
/// Errors: of the disk.
Result<TopicFolders> match_topic_folders(Disk& disk, TopicStore& topics, std::uint64_t seed);

}  // namespace barnabas::broker::storage
