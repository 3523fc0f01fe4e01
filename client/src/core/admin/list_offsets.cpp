#include "client/src/core/admin/list_offsets.hpp"

#include "client/src/core/admin/metadata_query.hpp"
#include "protocol/messages/list_offsets.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace barnabas::client {

namespace {

using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using protocol::MetadataResponse;

// The first versions that know a kind of offset.
std::int16_t min_version(OffsetSpec spec) {
  return spec.timestamp() == OffsetSpec::max_timestamp().timestamp() ? 7 : 1;
}

// One operation: rounds of asking for leaders and then each leader, until every partition has its
// result or the time is up.
class OffsetLookup : public std::enable_shared_from_this<OffsetLookup> {
 public:
  OffsetLookup(AdminEngine& engine, std::vector<TopicPartition> partitions, OffsetSpec spec,
               Instant deadline, Done<ItemResults<TopicPartition, ListedOffset>> done)
      : engine_(engine),
        partitions_(std::move(partitions)),
        spec_(spec),
        deadline_(deadline),
        open_(partitions_.begin(), partitions_.end()),
        done_(std::move(done)) {}

  void begin_round(const Now& now) {
    std::set<std::string> topics;
    for (const TopicPartition& partition : open_) topics.insert(partition.topic);
    query_metadata(
        engine_, now, std::vector<std::string>(topics.begin(), topics.end()),
        options(now).retry(Retry::standard),
        [self = shared_from_this()](const Now& then, const Result<MetadataResponse>& metadata) {
          self->ask_leaders(then, metadata);
        });
  }

 private:
  using Partitions = std::vector<TopicPartition>;

  SendOptions options(const Now& now) const {
    return SendOptions().timeout(std::max(deadline_ - now.monotonic, Duration::zero()));
  }

  void ask_leaders(const Now& now, const Result<MetadataResponse>& metadata) {
    if (!metadata) {
      fail_open(metadata.error());
      end_round(now);
      return;
    }
    const std::map<NodeId, Partitions> leaders = find_leaders(*metadata);
    awaited_ = leaders.size();
    for (const auto& [leader, partitions] : leaders) ask(now, leader, partitions);
    if (leaders.empty()) end_round(now);
  }

  std::map<NodeId, Partitions> find_leaders(const MetadataResponse& metadata) {
    std::map<NodeId, Partitions> leaders;
    const std::set<TopicPartition> open = open_;
    for (const TopicPartition& partition : open) {
      const Result<NodeId> leader = find_leader(metadata, partition);
      if (leader) {
        leaders[*leader].push_back(partition);
      } else {
        take_error(partition, leader.error());
      }
    }
    return leaders;
  }

  static Result<NodeId> find_leader(const MetadataResponse& metadata,
                                    const TopicPartition& wanted) {
    const std::string item = to_string(wanted);
    const auto topic = std::ranges::find_if(
        metadata.topics, [&](const auto& candidate) { return candidate.name == wanted.topic; });
    if (topic == metadata.topics.end()) return unmentioned(item);
    if (topic->error_code != ErrorCode::none) return item_error(topic->error_code, item);
    const auto partition = std::ranges::find_if(topic->partitions, [&](const auto& candidate) {
      return candidate.partition_index == wanted.partition;
    });
    if (partition == topic->partitions.end()) {
      return item_error(ErrorCode::unknown_topic_or_partition, item);
    }
    if (partition->leader_id < 0) return item_error(ErrorCode::leader_not_available, item);
    return partition->leader_id;
  }

  void ask(const Now& now, NodeId leader, const Partitions& partitions) {
    engine_.cluster().send<ListOffsetsRequest>(
        now, Target::node(leader), options(now).min_version(min_version(spec_)),
        [self = shared_from_this(), partitions](std::int16_t) {
          return Result<ListOffsetsRequest>(self->build(partitions));
        },
        [self = shared_from_this(), partitions](const Now& then,
                                                const Reply<ListOffsetsResponse>& reply) {
          self->take_reply(partitions, reply);
          if (--self->awaited_ == 0) self->end_round(then);
        });
  }

  ListOffsetsRequest build(const Partitions& partitions) const {
    ListOffsetsRequest request;
    request.replica_id = -1;
    request.timeout_ms = engine_.broker_time_limit_ms(AdminOptions());
    for (const TopicPartition& wanted : partitions) {
      if (request.topics.empty() || request.topics.back().name != wanted.topic) {
        request.topics.emplace_back().name = wanted.topic;
      }
      auto& partition = request.topics.back().partitions.emplace_back();
      partition.partition_index = wanted.partition;
      partition.timestamp = spec_.timestamp();
    }
    return request;
  }

  void take_reply(const Partitions& partitions, const Reply<ListOffsetsResponse>& reply) {
    if (!reply) {
      for (const TopicPartition& partition : partitions) take_error(partition, reply.error());
      return;
    }
    something_learned_ = true;
    for (const auto& topic : reply->topics) {
      for (const auto& answer : topic.partitions) {
        const TopicPartition partition(std::string(topic.name), answer.partition_index);
        if (!open_.contains(partition)) continue;
        if (answer.error_code != ErrorCode::none) {
          take_error(partition, item_error(answer.error_code, to_string(partition)));
          continue;
        }
        ListedOffset offset;
        offset.offset = answer.offset;
        offset.timestamp = answer.timestamp;
        if (answer.leader_epoch >= 0) offset.leader_epoch = answer.leader_epoch;
        settle(partition, offset);
      }
    }
    for (const TopicPartition& partition : partitions) {
      if (open_.contains(partition) && !errors_.contains(partition)) {
        settle(partition, unmentioned(to_string(partition)));
      }
    }
  }

  void take_error(const TopicPartition& partition, const Error& error) {
    // An unknown topic is the caller's mistake far more often than news that have yet to spread.
    const bool passing = error.retriable() && error != ErrorCode::unknown_topic_or_partition;
    if (passing) {
      errors_.insert_or_assign(partition, error);
    } else {
      something_learned_ = something_learned_ || error != ErrorCode::closed;
      settle(partition, error);
    }
  }

  void settle(const TopicPartition& partition, Result<ListedOffset> result) {
    open_.erase(partition);
    results_.insert_or_assign(partition, std::move(result));
  }

  void fail_open(const Error& error) {
    for (const TopicPartition& partition : std::exchange(open_, {})) {
      results_.insert_or_assign(partition, error);
    }
  }

  void end_round(const Now& now) {
    if (!open_.empty() && now.monotonic + engine_.retry_pause() < deadline_) {
      errors_.clear();
      engine_.after(now, engine_.retry_pause(),
                    [self = shared_from_this()](const Now& then) { self->begin_round(then); });
      return;
    }
    const std::map<TopicPartition, Error> errors = std::move(errors_);
    for (const auto& [partition, error] : errors) settle(partition, error);
    finish();
  }

  void finish() {
    if (!something_learned_ && !partitions_.empty()) {
      done_(results_.begin()->second.error());
      return;
    }
    ItemResults<TopicPartition, ListedOffset> all;
    for (const TopicPartition& partition : partitions_) {
      all.emplace_back(partition, results_.at(partition));
    }
    done_(std::move(all));
  }

  AdminEngine& engine_;
  const Partitions partitions_;
  const OffsetSpec spec_;
  const Instant deadline_;
  std::set<TopicPartition> open_;
  std::map<TopicPartition, Error> errors_;  // of this round, for those worth another one
  std::map<TopicPartition, Result<ListedOffset>> results_;
  std::size_t awaited_ = 0;
  bool something_learned_ = false;
  Done<ItemResults<TopicPartition, ListedOffset>> done_;
};

}  // namespace

void list_offsets(AdminEngine& engine, const Now& now, std::vector<TopicPartition> partitions,
                  OffsetSpec spec, const AdminOptions& options,
                  Done<ItemResults<TopicPartition, ListedOffset>> done) {
  if (partitions.empty()) {
    done(ItemResults<TopicPartition, ListedOffset>());
    return;
  }
  const Instant deadline = deadline_after(now.monotonic, engine.time_limit(options));
  std::make_shared<OffsetLookup>(engine, std::move(partitions), spec, deadline, std::move(done))
      ->begin_round(now);
}

}  // namespace barnabas::client
