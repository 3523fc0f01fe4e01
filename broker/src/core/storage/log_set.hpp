#pragma once

#include "broker/src/core/storage/partition_log.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker::storage {

/// The open logs of a data folder, by topic and partition. Visits them in this order.
/// Thread-safety: none.
class LogSet {
 public:
  /// Null when there is none.
  PartitionLog* find(std::string_view topic, std::int32_t partition) const;
  /// By PartitionLog::number; null when there is none (any more).
  PartitionLog* find(std::uint64_t number) const;

  PartitionLog& add(std::unique_ptr<PartitionLog> log);
  /// Destroys the logs of a topic from `first_partition` on.
  void remove(std::string_view topic, std::int32_t first_partition);
  /// Calls `visit(log)` for those of one topic.
  template <class Visitor>
  void for_each_of(std::string_view topic, Visitor&& visit) const {
    const auto logs = topics_.find(topic);
    if (logs == topics_.end()) return;
    for (const auto& [partition, log] : logs->second) visit(*log);
  }

  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (const auto& [topic, logs] : topics_) {
      for (const auto& [partition, log] : logs) visit(*log);
    }
  }
  template <class Predicate>
  bool all_of(Predicate&& holds) const {
    bool all = true;
    for_each([&](const PartitionLog& log) { all = all && holds(log); });
    return all;
  }

 private:
  using Logs = std::map<std::int32_t, std::unique_ptr<PartitionLog>>;

  std::map<std::string, Logs, std::less<>> topics_;
  std::map<std::uint64_t, PartitionLog*> by_number_;
};

}  // namespace barnabas::broker::storage
