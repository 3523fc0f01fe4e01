#include "broker/src/core/group/group_offsets.hpp"

#include "broker/src/core/group/record_limits.hpp"
#include "protocol/base/planted_bug.hpp"

#include <map>

namespace barnabas::broker {

GroupOffsets::GroupOffsets(const GroupConfig& config, ClassicGroups& groups, OffsetStore& offsets,
                           GroupMembership& membership, CoordinatorLog& log)
    : config_(config), groups_(groups), offsets_(offsets), membership_(membership), log_(log) {}

void GroupOffsets::commit(const Now& now, const Committer& committer,
                          std::vector<OffsetToCommit> offsets, CommitReply reply) {
  const auto fail = [&](ErrorCode error) { reply(std::vector<ErrorCode>(offsets.size(), error)); };
  auto entry = groups_.find(committer.group_id);
  if (entry == groups_.end()) {
    if (committer.generation_id >= 0) {
      // Version 9 gave clients a clearer word for it.
      return fail(committer.version >= 9 ? ErrorCode::group_id_not_found
                                         : ErrorCode::illegal_generation);
    }
    if (!fits_record(committer.group_id)) return fail(ErrorCode::invalid_group_id);
    std::string group_id(committer.group_id);
    entry = groups_.emplace(group_id, ClassicGroup(group_id)).first;
    entry->second.transition(GroupState::empty, now.wall);
  }
  const ErrorCode refused =
      membership_.check_commit(now, entry->second, committer.member_id, committer.group_instance_id,
                               committer.generation_id);
  if (refused != ErrorCode::none) return fail(refused);

  std::vector<ErrorCode> results;
  std::vector<CoordinatorRecord> records;
  std::vector<OffsetToCommit> accepted;
  results.reserve(offsets.size());
  for (OffsetToCommit& commit : offsets) {
    if (commit.offset.metadata.size() > config_.offset_metadata_max_bytes) {
      results.push_back(ErrorCode::offset_metadata_too_large);
      continue;
    }
    results.push_back(ErrorCode::none);
    if (commit.offset.commit_timestamp < 0) commit.offset.commit_timestamp = now.wall;
    records.push_back(offset_record(committer.group_id, commit.partition, commit.offset));
    accepted.push_back(std::move(commit));
  }
  if (records.empty()) return reply(results);
  std::string group_id(committer.group_id);
  if (planted(PlantedBug::commit_before_write)) {
    for (OffsetToCommit& commit : accepted) {
      offsets_.set(group_id, commit.partition, std::move(commit.offset));
    }
    return reply(results);
  }
  log_.append(group_id, std::move(records),
              [this, group_id, accepted = std::move(accepted), results = std::move(results),
               reply = std::move(reply)](const Now&, const Result<void>& outcome) mutable {
                for (ErrorCode& result : results) {
                  if (!outcome && result == ErrorCode::none) {
                    result = ErrorCode::coordinator_not_available;
                  }
                }
                if (outcome) {
                  for (OffsetToCommit& commit : accepted) {
                    offsets_.set(group_id, commit.partition, std::move(commit.offset));
                  }
                }
                reply(results);
              });
}

void GroupOffsets::remove(const Now&, std::string_view group_id,
                          std::vector<TopicPartition> partitions,
                          std::function<void(ErrorCode, const std::vector<ErrorCode>&)> reply) {
  if (group_id.empty()) return reply(ErrorCode::invalid_group_id, {});
  auto entry = groups_.find(group_id);
  if (entry == groups_.end() || entry->second.is(GroupState::dead)) {
    return reply(ErrorCode::group_id_not_found, {});
  }
  const ClassicGroup& group = entry->second;
  std::optional<std::set<std::string, std::less<>>> subscribed;
  if (group.has_members()) {
    subscribed = group.subscribed_topics();
    // Without knowing what the members read, no offset of theirs may go.
    if (!subscribed) return reply(ErrorCode::non_empty_group, {});
  }
  std::vector<ErrorCode> results;
  std::vector<CoordinatorRecord> records;
  std::vector<TopicPartition> removed;
  for (TopicPartition& partition : partitions) {
    if (subscribed && subscribed->contains(partition.topic)) {
      results.push_back(ErrorCode::group_subscribed_to_topic);
      continue;
    }
    results.push_back(ErrorCode::none);
    if (offsets_.find(group_id, partition) == nullptr) continue;
    records.push_back(offset_tombstone(group_id, partition));
    removed.push_back(std::move(partition));
  }
  if (records.empty()) return reply(ErrorCode::none, results);
  log_.append(
      group_id, std::move(records),
      [this, id = std::string(group_id), removed = std::move(removed), results = std::move(results),
       reply = std::move(reply)](const Now&, const Result<void>& outcome) {
        if (!outcome) return reply(ErrorCode::coordinator_not_available, {});
        for (const TopicPartition& partition : removed) offsets_.remove(id, partition);
        reply(ErrorCode::none, results);
      });
}

void GroupOffsets::append_tombstones(const std::string& group_id,
                                     std::vector<TopicPartition> partitions) {
  std::vector<CoordinatorRecord> records;
  records.reserve(partitions.size());
  for (const TopicPartition& partition : partitions) {
    records.push_back(offset_tombstone(group_id, partition));
  }
  log_.append(group_id, std::move(records),
              [this, group_id, partitions = std::move(partitions)](const Now&,
                                                                   const Result<void>& outcome) {
                if (!outcome) return;  // they stay, and the next round tries again
                for (const TopicPartition& partition : partitions) {
                  offsets_.remove(group_id, partition);
                }
              });
}

void GroupOffsets::topic_deleted(std::string_view topic) {
  std::map<std::string, std::vector<TopicPartition>> by_group;
  for (auto& [group_id, partition] : offsets_.of_topic(topic)) {
    by_group[group_id].push_back(std::move(partition));
  }
  for (auto& [group_id, partitions] : by_group) append_tombstones(group_id, std::move(partitions));
}

void GroupOffsets::expire(const Now& now) {
  const auto retention =
      std::chrono::duration_cast<std::chrono::milliseconds>(config_.offsets_retention).count();
  for (const std::string& group_id : offsets_.group_ids()) {
    auto entry = groups_.find(group_id);
    const ClassicGroup* group = entry == groups_.end() ? nullptr : &entry->second;
    // Offsets of a group with members never expire (KIP-211).
    if (group != nullptr && group->has_members()) continue;
    // A group that never had members counts from each commit, others from when they became empty.
    const Timestamp empty_since =
        group != nullptr && !group->protocol_type().empty() ? group->state_since() : -1;
    std::vector<TopicPartition> expired;
    for (const auto& [partition, offset] : offsets_.of(group_id)) {
      const Timestamp since = std::max(empty_since, offset.commit_timestamp);
      if (since + retention <= now.wall) expired.push_back(partition);
    }
    if (!expired.empty()) append_tombstones(group_id, std::move(expired));
  }
}

}  // namespace barnabas::broker
