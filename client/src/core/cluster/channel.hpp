#pragma once

#include "client/src/core/cluster/connection.hpp"
#include "client/src/core/cluster/request.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/error.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>

namespace barnabas::client {

/// The way to one broker on one lane: a connection that comes and goes, and the requests that wait
/// for it. Ids of requests that were given up stay in `waiting` until they are reached.
struct Channel {
  Channel(ConnectionContext& context, NodeId node, Lane lane) : connection(context, node, lane) {}

  NodeId node() const noexcept { return connection.node(); }
  Lane lane() const noexcept { return connection.lane(); }
  bool is_ready() const noexcept { return connection.state() == Connection::State::ready; }
  bool is_closed() const noexcept { return connection.state() == Connection::State::closed; }
  bool is_connecting() const noexcept { return !is_ready() && !is_closed(); }
  bool is_backing_off(const Now& now) const noexcept {
    return is_closed() && now.monotonic < retry_at;
  }

  Connection connection;
  std::deque<RequestId> waiting;
  bool wanted = false;         ///< Somebody asked for the connection as such.
  std::uint32_t failures = 0;  ///< In a row.
  Instant retry_at{};          ///< Not opened before.
  Instant opened_at{};
  Instant throttled_until{};
  Error last_error;
};

/// All channels of a cluster, by node and lane.
class ChannelSet {
 public:
  using Key = std::pair<NodeId, Lane>;

  explicit ChannelSet(ConnectionContext& context) : context_(context) {}

  Channel* find(NodeId node, Lane lane) const {
    const auto found = channels_.find({node, lane});
    return found == channels_.end() ? nullptr : found->second.get();
  }
  Channel& at(NodeId node, Lane lane) {
    std::unique_ptr<Channel>& channel = channels_[{node, lane}];
    if (!channel) channel = std::make_unique<Channel>(context_, node, lane);
    return *channel;
  }
  const std::map<Key, std::unique_ptr<Channel>>& all() const noexcept { return channels_; }

 private:
  ConnectionContext& context_;
  std::map<Key, std::unique_ptr<Channel>> channels_;
};

}  // namespace barnabas::client
