#include "client/src/core/consumer/fetch/fetch_session.hpp"

#include <algorithm>
#include <limits>

namespace barnabas::client {

namespace {

std::int32_t next_epoch(std::int32_t epoch) {
  return epoch == std::numeric_limits<std::int32_t>::max() ? 1 : epoch + 1;
}

bool same_request(const FetchTarget& a, const FetchTarget& b) {
  return a.offset == b.offset && a.leader_epoch == b.leader_epoch && a.max_bytes == b.max_bytes;
}

}  // namespace

FetchPlan FetchSession::plan(const std::vector<FetchTarget>& wanted, bool by_id) {
  // A session is tied to the way in which it names topics.
  if (by_id != by_id_) epoch_ = 0;
  by_id_ = by_id;
  FetchPlan plan{id_, epoch_, by_id, {}, {}};
  std::map<TopicPartition, FetchTarget> next;
  for (const FetchTarget& target : wanted) {
    const auto known = partitions_.find(target.partition);
    const bool recreated = known != partitions_.end() && known->second.topic_id != target.topic_id;
    if (epoch_ == 0 || known == partitions_.end() || recreated ||
        !same_request(known->second, target)) {
      plan.send.push_back(target);
    }
    if (epoch_ != 0 && recreated) plan.forget.push_back(known->second);
    next.emplace(target.partition, target);
  }
  if (epoch_ != 0) {
    for (const auto& [partition, target] : partitions_) {
      if (!next.contains(partition)) plan.forget.push_back(target);
    }
  }
  partitions_ = std::move(next);
  return plan;
}

bool FetchSession::on_answer(ErrorCode error, std::int32_t session_id,
                             const std::set<TopicPartition>& present) {
  if (error != ErrorCode::none) {
    if (error == ErrorCode::fetch_session_id_not_found) id_ = 0;
    epoch_ = 0;
    return false;
  }
  const bool full = epoch_ == 0;
  const bool unknown = std::any_of(present.begin(), present.end(), [this](const auto& partition) {
    return !partitions_.contains(partition);
  });
  const bool incomplete = full && present.size() < partitions_.size();
  if (unknown || incomplete || (!full && session_id != 0 && session_id != id_)) {
    on_lost();
    return false;
  }
  id_ = session_id;
  epoch_ = session_id == 0 ? 0 : next_epoch(epoch_);
  return true;
}

void FetchSession::on_lost() { epoch_ = 0; }

}  // namespace barnabas::client
