#pragma once

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/consumer_protocol.hpp"
#include "protocol/wire/versioned_data.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::broker::test {

/// Keeps what the coordinator appends; completes at once, or when told to.
class MemoryLog final : public CoordinatorLog {
 public:
  void append(std::string_view, std::vector<CoordinatorRecord> batch, Done done) override {
    auto finish = [this, batch = std::move(batch), done = std::move(done)] {
      if (failing) return done(*now, Error(ErrorCode::kafka_storage_error, "the disk is full"));
      records.insert(records.end(), batch.begin(), batch.end());
      done(*now, {});
    };
    if (holding) {
      held.push_back(std::move(finish));
    } else {
      finish();
    }
  }
  void release() {
    auto waiting = std::move(held);
    held.clear();
    for (auto& finish : waiting) finish();
  }

  const Now* now = nullptr;  ///< The clock.
  std::vector<CoordinatorRecord> records;
  bool holding = false;
  bool failing = false;

 private:
  std::vector<std::function<void()>> held;
};

/// A copy of a JoinGroup answer that outlives the call.
struct Joined {
  ErrorCode error = ErrorCode::none;
  std::int32_t generation = -1;
  std::string member_id, leader, protocol;
  bool skip_assignment = false;
  std::vector<std::string> members;
};
struct Synced {
  ErrorCode error = ErrorCode::none;
  std::string assignment;
};

/// A JoinGroup, with what most tests leave as it is.
struct JoinArguments {
  std::string member_id{};
  std::string instance_id{};
  std::int16_t version = 2;
  std::vector<std::pair<std::string, std::string>> protocols{{"range", "r"}};
  std::int32_t session_ms = 10'000;
  std::int32_t rebalance_ms = 60'000;
  std::string protocol_type = "consumer";
};

/// A coordinator with a clock, and short ways to say what members do.
struct GroupWorld {
  GroupConfig config;
  MemoryLog log;
  std::unique_ptr<GroupCoordinator> coordinator;
  Now now{Instant{} + std::chrono::hours(1), 1'700'000'000'000};

  explicit GroupWorld(GroupConfig settings = {}) : config(settings) {
    log.now = &now;
    restart();
  }

  void restart() {
    coordinator = std::make_unique<GroupCoordinator>(config, log, 7);
    for (const CoordinatorRecord& record : log.records) {
      std::optional<BytesView> value;
      if (record.value) value = BytesView(record.value->data(), record.value->size());
      coordinator->replay(BytesView(record.key.data(), record.key.size()), value).value();
    }
    coordinator->loaded(now);
  }

  /// Lets time pass, running every deadline at its moment.
  void pass(Duration duration) {
    const Instant end = now.monotonic + duration;
    while (auto next = coordinator->next_deadline()) {
      if (*next > end) break;
      if (*next > now.monotonic) set_clock(*next);
      coordinator->advance(now);
    }
    set_clock(end);
  }

  using JoinedPtr = std::shared_ptr<std::optional<Joined>>;
  using SyncedPtr = std::shared_ptr<std::optional<Synced>>;

  JoinedPtr join(const JoinArguments& arguments) {
    protocol::JoinGroupRequest request;
    request.group_id = "g";
    request.session_timeout_ms = arguments.session_ms;
    request.rebalance_timeout_ms = arguments.rebalance_ms;
    request.member_id = arguments.member_id;
    if (!arguments.instance_id.empty()) request.group_instance_id = arguments.instance_id;
    request.protocol_type = arguments.protocol_type;
    for (const auto& [name, metadata] : arguments.protocols) {
      auto& entry = request.protocols.emplace_back();
      entry.name = name;
      entry.metadata = BytesView(metadata);
    }
    auto result = std::make_shared<std::optional<Joined>>();
    coordinator->membership().join(now, {arguments.version, "client", "/127.0.0.1"}, request,
                                   [result](const protocol::JoinGroupResponse& response) {
                                     CHECK(!result->has_value());  // answered once
                                     Joined joined;
                                     joined.error = response.error_code;
                                     joined.generation = response.generation_id;
                                     joined.member_id = response.member_id;
                                     joined.leader = response.leader;
                                     joined.protocol = response.protocol_name.value_or("");
                                     joined.skip_assignment = response.skip_assignment;
                                     for (const auto& member : response.members)
                                       joined.members.emplace_back(member.member_id);
                                     *result = joined;
                                   });
    return result;
  }
  SyncedPtr sync(const std::string& member_id, std::int32_t generation,
                 const std::vector<std::pair<std::string, std::string>>& assignments = {}) {
    protocol::SyncGroupRequest request;
    request.group_id = "g";
    request.generation_id = generation;
    request.member_id = member_id;
    for (const auto& [member, assignment] : assignments) {
      auto& entry = request.assignments.emplace_back();
      entry.member_id = member;
      entry.assignment = BytesView(assignment);
    }
    auto result = std::make_shared<std::optional<Synced>>();
    coordinator->membership().sync(
        now, {3, "client", "/127.0.0.1"}, request,
        [result](const protocol::SyncGroupResponse& response) {
          CHECK(!result->has_value());
          *result = Synced{response.error_code, std::string(response.assignment.text())};
        });
    return result;
  }
  ErrorCode heartbeat(const std::string& member_id, std::int32_t generation,
                      const std::string& instance_id = {}) {
    protocol::HeartbeatRequest request;
    request.group_id = "g";
    request.generation_id = generation;
    request.member_id = member_id;
    if (!instance_id.empty()) request.group_instance_id = instance_id;
    return coordinator->membership().heartbeat(now, request);
  }
  ErrorCode leave(const std::string& member_id) {
    protocol::LeaveGroupRequest request;
    request.group_id = "g";
    request.member_id = member_id;
    return coordinator->membership().leave(now, request, 2).front();
  }
  std::vector<ErrorCode> commit(const std::string& member_id, std::int32_t generation,
                                std::vector<OffsetToCommit> offsets) {
    std::vector<ErrorCode> results;
    coordinator->offsets().commit(now, {"g", member_id, std::nullopt, generation},
                                  std::move(offsets),
                                  [&](const std::vector<ErrorCode>& errors) { results = errors; });
    return results;
  }
  static OffsetToCommit offset(const std::string& topic, std::int32_t partition, std::int64_t value,
                               std::string metadata = {}) {
    return {TopicPartition(topic, partition), CommittedOffset{value, -1, std::move(metadata), -1}};
  }

  /// A stable group of one member; returns its id and generation.
  std::pair<std::string, std::int32_t> stable_member(JoinArguments arguments = {}) {
    auto joined = join(arguments);
    pass(config.initial_rebalance_delay);
    const Joined& answer = joined->value();
    auto synced = sync(answer.member_id, answer.generation, {{answer.member_id, "a"}});
    CHECK(synced->value().error == ErrorCode::none);
    return {answer.member_id, answer.generation};
  }
  GroupState state() const { return coordinator->find("g")->state(); }

 private:
  void set_clock(Instant to) {
    now.wall += std::chrono::duration_cast<std::chrono::milliseconds>(to - now.monotonic).count();
    now.monotonic = to;
  }
};

/// A subscription of version 0 to `topics`.
inline std::string subscription(const std::vector<std::string>& topics) {
  protocol::ConsumerProtocolSubscription message;
  for (const std::string& topic : topics) message.topics.push_back(topic);
  const auto bytes = wire::encode_versioned(message, 0).value();
  return std::string(BytesView(bytes.data(), bytes.size()).text());
}

}  // namespace barnabas::broker::test
