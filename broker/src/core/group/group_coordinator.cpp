#include "broker/src/core/group/group_coordinator.hpp"

#include "broker/src/core/group/group_records.hpp"

#include <algorithm>

namespace barnabas::broker {

GroupCoordinator::GroupCoordinator(const GroupConfig& config, CoordinatorLog& log,
                                   std::uint64_t seed)
    : config_(config),
      log_(log),
      membership_(config_, groups_, log, seed),
      group_offsets_(config_, groups_, offsets_, membership_, log) {}

Result<void> GroupCoordinator::replay(BytesView key, std::optional<BytesView> value) {
  Result<GroupRecordChange> parsed = parse_group_record(key, value);
  if (!parsed) return parsed.error();
  if (auto* offset = std::get_if<OffsetChange>(&*parsed)) {
    if (offset->offset) {
      offsets_.set(offset->group_id, offset->partition, std::move(*offset->offset));
    } else {
      offsets_.remove(offset->group_id, offset->partition);
    }
  } else if (auto* change = std::get_if<GroupChange>(&*parsed)) {
    if (!change->exists) {
      groups_.erase(change->group_id);
      return {};
    }
    auto entry = groups_.find(change->group_id);
    if (entry == groups_.end()) {
      entry = groups_.emplace(change->group_id, ClassicGroup(change->group_id)).first;
    }
    entry->second.restore(std::move(change->protocol_type), change->generation_id,
                          std::move(change->protocol_name), std::move(change->leader_id),
                          change->state_since, std::move(change->members));
  }
  return {};
}

void GroupCoordinator::loaded(const Now& now) {
  // Offsets without a group record belong to consumers that commit without group management.
  for (const std::string& group_id : offsets_.group_ids()) {
    groups_.try_emplace(group_id, ClassicGroup(group_id));
  }
  membership_.resume(now);
  next_expiry_ = now.monotonic + config_.offsets_retention_check;
}

const ClassicGroup* GroupCoordinator::find(std::string_view group_id) const {
  auto entry = groups_.find(group_id);
  return entry == groups_.end() ? nullptr : &entry->second;
}

void GroupCoordinator::delete_group(const Now& now, std::string_view group_id,
                                    std::function<void(ErrorCode)> reply) {
  auto entry = groups_.find(group_id);
  if (entry == groups_.end() || entry->second.is(GroupState::dead)) {
    return reply(ErrorCode::group_id_not_found);
  }
  ClassicGroup& group = entry->second;
  if (!group.is(GroupState::empty)) return reply(ErrorCode::non_empty_group);
  std::vector<CoordinatorRecord> records;
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, offset] : offsets_.of(group_id)) {
    records.push_back(offset_tombstone(group_id, partition));
    partitions.push_back(partition);
  }
  records.push_back(group_tombstone(group_id));
  // Nobody may enter between the decision and its record.
  group.transition(GroupState::dead, now.wall);
  log_.append(group_id, std::move(records),
              [this, id = std::string(group_id), partitions = std::move(partitions),
               reply = std::move(reply)](const Now& then, const Result<void>& outcome) {
                auto doomed = groups_.find(id);
                if (!outcome) {
                  if (doomed != groups_.end())
                    doomed->second.transition(GroupState::empty, then.wall);
                  return reply(ErrorCode::coordinator_not_available);
                }
                for (const TopicPartition& partition : partitions) offsets_.remove(id, partition);
                if (doomed != groups_.end()) {
                  membership_.forget(doomed->second);
                  groups_.erase(doomed);
                }
                reply(ErrorCode::none);
              });
}

std::optional<Instant> GroupCoordinator::next_deadline() const {
  const std::optional<Instant> timers = membership_.next_deadline();
  if (!timers) return next_expiry_;
  if (!next_expiry_) return timers;
  return std::min(*timers, *next_expiry_);
}

void GroupCoordinator::advance(const Now& now) {
  membership_.advance(now);
  if (next_expiry_ && *next_expiry_ <= now.monotonic) {
    next_expiry_ = now.monotonic + config_.offsets_retention_check;
    group_offsets_.expire(now);
    drop_forgotten_groups(now);
  }
}

void GroupCoordinator::drop_forgotten_groups(const Now& now) {
  std::vector<std::string> forgotten;
  for (const auto& [id, group] : groups_) {
    if (group.is(GroupState::empty) && group.size_with_pending() == 0 && !offsets_.has(id)) {
      forgotten.push_back(id);
    }
  }
  for (const std::string& id : forgotten) delete_group(now, id, [](ErrorCode) {});
}

}  // namespace barnabas::broker
