#include "client/src/core/consumer/group/rebalance_steps.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace barnabas::client {

void RebalanceSteps::add(RebalanceStep::Kind kind, std::vector<TopicPartition> partitions) {
  steps_.push_back({kind, std::move(partitions)});
}

void RebalanceSteps::add_lost(std::vector<TopicPartition> partitions) {
  const std::set<TopicPartition> gone(partitions.begin(), partitions.end());
  std::set<TopicPartition> unknown;
  for (RebalanceStep& step : steps_) {
    if (step.kind == RebalanceStep::Kind::lost) continue;
    std::erase_if(step.partitions, [&](const TopicPartition& partition) {
      if (!gone.contains(partition)) return false;
      if (step.kind == RebalanceStep::Kind::assigned) unknown.insert(partition);
      return true;
    });
  }
  std::erase_if(steps_, [](const RebalanceStep& step) { return step.partitions.empty(); });
  std::erase_if(partitions, [&](const TopicPartition& each) {
    return unknown.contains(each) || given_up_.contains(each);
  });
  if (!partitions.empty()) add(RebalanceStep::Kind::lost, std::move(partitions));
}

bool RebalanceSteps::is_assigning(const TopicPartition& partition) const {
  return running_ && running_->kind == RebalanceStep::Kind::assigned &&
         std::ranges::find(running_->partitions, partition) != running_->partitions.end();
}

RebalanceStep RebalanceSteps::begin() {
  running_ = std::move(steps_.front());
  steps_.pop_front();
  if (running_->kind != RebalanceStep::Kind::assigned) {
    given_up_.insert(running_->partitions.begin(), running_->partitions.end());
  } else {
    for (const TopicPartition& partition : running_->partitions) given_up_.erase(partition);
  }
  return *running_;
}

RebalanceStep RebalanceSteps::end() { return *std::exchange(running_, std::nullopt); }

}  // namespace barnabas::client
