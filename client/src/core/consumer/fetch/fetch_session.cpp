#include "client/src/core/consumer/fetch/fetch_session.hpp"

#include <limits>
#include <utility>

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
  ++plans_;
  answered_ = 0;
  unknown_ = false;
  auto next = partitions_.begin();
  for (const FetchTarget& target : wanted) {
    const bool is_next = next != partitions_.end() && next->first == target.partition;
    const auto [entry, is_new] =
        is_next ? std::pair(next, false) : partitions_.try_emplace(target.partition);
    next = after(entry);
    FetchTarget& known = entry->second.target;
    const bool recreated = !is_new && known.topic_id != target.topic_id;
    if (epoch_ == 0 || is_new || recreated || !same_request(known, target)) {
      plan.send.push_back(target);
    }
    if (recreated) {
      // By name, what would be forgotten is what is sent.
      if (epoch_ != 0 && by_id) plan.forget.push_back(known);
      leave(known);
    }
    if (is_new || recreated) enter(target);
    entry->second.target = target;
    entry->second.plan = plans_;
  }
  if (partitions_.size() != wanted.size()) {
    std::erase_if(partitions_, [&](const auto& entry) {
      if (entry.second.plan == plans_) return false;
      if (epoch_ != 0) plan.forget.push_back(entry.second.target);
      leave(entry.second.target);
      return true;
    });
  }
  next_ = partitions_.begin();
  return plan;
}

FetchSession::Partitions::iterator FetchSession::after(Partitions::iterator entry) {
  ++entry;
  return entry == partitions_.end() ? partitions_.begin() : entry;
}

void FetchSession::enter(const FetchTarget& target) {
  Topic& topic = topics_[target.topic_id];
  topic.name = target.partition.topic;
  ++topic.partitions;
}

void FetchSession::leave(const FetchTarget& target) {
  const auto topic = topics_.find(target.topic_id);
  if (--topic->second.partitions == 0) topics_.erase(topic);
}

const FetchTarget* FetchSession::answered(std::string_view topic, std::int32_t partition) {
  auto entry = next_;
  if (entry == partitions_.end() || entry->first.partition != partition ||
      entry->first.topic != topic) {
    entry = partitions_.find({std::string(topic), partition});
  }
  if (entry == partitions_.end()) {
    unknown_ = true;
    return nullptr;
  }
  next_ = after(entry);
  if (std::exchange(entry->second.answered, plans_) != plans_) ++answered_;
  return &entry->second.target;
}

const TopicPartition* FetchSession::any() const {
  return partitions_.empty() ? nullptr : &partitions_.begin()->first;
}

std::string_view FetchSession::topic_name(const Uuid& id) const {
  const auto found = topics_.find(id);
  return found == topics_.end() ? std::string_view() : found->second.name;
}

bool FetchSession::on_answer(ErrorCode error, std::int32_t session_id) {
  if (error != ErrorCode::none) {
    if (error == ErrorCode::fetch_session_id_not_found) id_ = 0;
    epoch_ = 0;
    return false;
  }
  const bool full = epoch_ == 0;
  const bool incomplete = full && answered_ < partitions_.size();
  if (unknown_ || incomplete || (!full && session_id != 0 && session_id != id_)) {
    on_lost();
    return false;
  }
  id_ = session_id;
  epoch_ = session_id == 0 ? 0 : next_epoch(epoch_);
  return true;
}

void FetchSession::on_lost() { epoch_ = 0; }

}  // namespace barnabas::client
