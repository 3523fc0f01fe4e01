#pragma once

#include "protocol/base/time.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/sync_group.hpp"

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// Receives the answer to a request, once, possibly later. The response's views are valid only
/// during the call. A protocol name that does not exist is null, whatever the request's version.
template <class Response>
using Reply = std::function<void(const Response&)>;

/// One assignor that a member supports, with the subscription in that assignor's form.
struct MemberProtocol {
  std::string name;
  std::vector<std::byte> metadata;

  friend bool operator==(const MemberProtocol&, const MemberProtocol&) = default;
};

/// A member of a classic group.
struct GroupMember {
  std::string member_id;
  std::optional<std::string> group_instance_id;  ///< Static membership (KIP-345).
  std::string client_id;
  std::string client_host;
  Duration session_timeout{};
  Duration rebalance_timeout{};
  std::vector<MemberProtocol> protocols;  ///< In the member's order of preference.
  std::vector<std::byte> assignment;

  Reply<protocol::JoinGroupResponse> awaiting_join;  ///< Set while a JoinGroup is unanswered.
  Reply<protocol::SyncGroupResponse> awaiting_sync;  ///< Set while a SyncGroup is unanswered.
  bool is_new = false;                               ///< Has not completed a rebalance yet.

  /// The metadata for `protocol`; empty when the member does not support it.
  BytesView metadata_for(std::string_view protocol) const {
    for (const MemberProtocol& candidate : protocols) {
      if (candidate.name == protocol) return {candidate.metadata.data(), candidate.metadata.size()};
    }
    return {};
  }
};

/// Copies the protocols out of a request, whose bytes do not outlive it.
inline std::vector<MemberProtocol> protocols_of(const protocol::JoinGroupRequest& request) {
  std::vector<MemberProtocol> protocols;
  protocols.reserve(request.protocols.size());
  for (const auto& entry : request.protocols) {
    protocols.push_back({std::string(entry.name), {entry.metadata.begin(), entry.metadata.end()}});
  }
  return protocols;
}

}  // namespace barnabas::broker
