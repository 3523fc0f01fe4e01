#include "broker/src/core/storage/log_set.hpp"

#include <utility>

namespace barnabas::broker::storage {

PartitionLog* LogSet::find(std::string_view topic, std::int32_t partition) const {
  const auto logs = topics_.find(topic);
  if (logs == topics_.end()) return nullptr;
  const auto log = logs->second.find(partition);
  return log == logs->second.end() ? nullptr : log->second.get();
}

PartitionLog* LogSet::find(std::uint64_t number) const {
  const auto log = by_number_.find(number);
  return log == by_number_.end() ? nullptr : log->second;
}

PartitionLog& LogSet::add(std::unique_ptr<PartitionLog> log) {
  PartitionLog& added = *log;
  by_number_[added.number()] = &added;
  topics_[added.partition().topic].insert_or_assign(added.partition().partition, std::move(log));
  return added;
}

void LogSet::remove(std::string_view topic, std::int32_t first_partition) {
  const auto logs = topics_.find(topic);
  if (logs == topics_.end()) return;
  const auto first = logs->second.lower_bound(first_partition);
  for (auto log = first; log != logs->second.end(); ++log) by_number_.erase(log->second->number());
  logs->second.erase(first, logs->second.end());
  if (logs->second.empty()) topics_.erase(logs);
}

}  // namespace barnabas::broker::storage
