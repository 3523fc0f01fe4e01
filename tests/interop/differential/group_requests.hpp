#pragma once

#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/world.hpp"

#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/leave_group.hpp"
#include "protocol/messages/sync_group.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace barnabas::differential {

using MemberIds = Both<std::string>;

/// What members of type "consumer" say: version 1, the topic, no user data, no owned partitions.
/// Apache Kafka 4.3 never answers a join with what it cannot read as such.
inline std::string subscription_to(std::string_view topic) {
  std::string text("\0\1\0\0\0\1\0", 7);
  text += static_cast<char>(topic.size());
  text += topic;
  text += std::string("\xFF\xFF\xFF\xFF\0\0\0\0", 8);
  return text;
}

/// How a member of a classic group joins, but for its id.
struct Joining {
  std::string_view group;
  std::vector<std::string_view> protocols{"range"};
  std::optional<std::string_view> instance = std::nullopt;
  std::string_view protocol_type = "consumer";
  std::int32_t session_timeout_ms = 60'000;
  std::int32_t rebalance_timeout_ms = 60'000;
  std::string metadata = subscription_to("some-topic");
};

inline auto join_request(const Joining& how, const MemberIds& ids) {
  return [how, ids](Side side) {
    protocol::JoinGroupRequest request;
    request.group_id = how.group;
    request.session_timeout_ms = how.session_timeout_ms;
    request.rebalance_timeout_ms = how.rebalance_timeout_ms;
    request.member_id = ids[side];
    request.group_instance_id = how.instance;
    request.protocol_type = how.protocol_type;
    for (const std::string_view name : how.protocols) {
      request.protocols.emplace_back().name = name;
      request.protocols.back().metadata = BytesView(how.metadata);
    }
    return request;
  };
}

/// What members do that have an id and a generation. `protocol_type` and `protocol_name` are sent
/// from version 5 of SyncGroup on.
struct Membership {
  std::string_view group;
  MemberIds ids = {};
  std::int32_t generation = 1;
  std::optional<std::string_view> instance = std::nullopt;
};

/// Which member gets which assignment.
using Assignments = std::vector<std::pair<MemberIds, std::string_view>>;

inline auto sync_request(const Membership& member, std::int16_t version,
                         const Assignments& assignments = {},
                         std::optional<std::string_view> type = "consumer",
                         std::optional<std::string_view> name = "range") {
  // The request views the ids, which live in the closure.
  return [=](Side side) {
    protocol::SyncGroupRequest request;
    request.group_id = member.group;
    request.generation_id = member.generation;
    request.member_id = member.ids[side];
    if (version >= 3) request.group_instance_id = member.instance;
    if (version >= 5) {
      request.protocol_type = type;
      request.protocol_name = name;
    }
    for (const auto& [ids, assignment] : assignments) {
      auto& given = request.assignments.emplace_back();
      given.member_id = ids[side];
      given.assignment = BytesView(assignment);
    }
    return request;
  };
}

inline auto heartbeat_request(const Membership& member) {
  return [=](Side side) {
    protocol::HeartbeatRequest request;
    request.group_id = member.group;
    request.generation_id = member.generation;
    request.member_id = member.ids[side];
    request.group_instance_id = member.instance;
    return request;
  };
}

/// Waits, without comparing, until both brokers tell the member of a rebalance: what another
/// connection has sent may still be on its way.
inline void await_rebalance(World& world, const Membership& member) {
  Client quiet(world);
  quiet.quietly();
  for (int tries = 0; tries < 500; ++tries) {
    const auto answers =
        quiet.ask<protocol::HeartbeatRequest>("await", 3, heartbeat_request(member));
    bool both = true;
    for (const Side side : sides) {
      both = both && answers[side].message.value().error_code == ErrorCode::rebalance_in_progress;
    }
    if (both) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

inline auto leave_request(const Membership& member, std::int16_t version) {
  return [=](Side side) {
    protocol::LeaveGroupRequest request;
    request.group_id = member.group;
    if (version < 3) {
      request.member_id = member.ids[side];
    } else {
      auto& leaving = request.members.emplace_back();
      leaving.member_id = member.ids[side];
      leaving.group_instance_id = member.instance;
    }
    return request;
  };
}

/// The ids that the brokers gave out.
template <class Answers>
MemberIds ids_of(const Answers& answers) {
  MemberIds ids = {};
  for (const Side side : sides) ids[side] = answers[side].message.value().member_id;
  return ids;
}

/// Joins as a new member and again with the id that MEMBER_ID_REQUIRED tells; the second request
/// is left waiting when `wait` is false. Returns the ids.
inline MemberIds join_anew(Client& client, std::string_view step, std::int16_t version,
                           const Joining& how, bool finish = true) {
  const bool told_first = version >= 4 && !how.instance;
  MemberIds ids = {};
  if (told_first) {
    ids = ids_of(client.ask<protocol::JoinGroupRequest>(std::string(step) + ", without id", version,
                                                        join_request(how, ids)));
  }
  client.begin<protocol::JoinGroupRequest>(version, join_request(how, ids));
  if (!finish) return ids;
  return ids_of(client.finish<protocol::JoinGroupRequest>(step, version));
}

}  // namespace barnabas::differential
