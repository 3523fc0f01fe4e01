#pragma once

#include "broker/src/core/broker_engine.hpp"
#include "broker/src/io/data_disk.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace barnabas::broker::io {

/// A broker engine as an event loop sees it: after each event the disk reports what it has done
/// meanwhile. A disk with a thread of its own asks for `advance`.
class HostedEngine final : public network::Engine {
 public:
  /// Lifetime: both outlive this object.
  HostedEngine(BrokerEngine& engine, DataDisk& disk) : engine_(engine), disk_(disk) {}

  void on_resolved(const Now& now, network::LookupId id,
                   Result<std::vector<network::Address>> addresses) override {
    engine_.on_resolved(now, id, std::move(addresses));
  }
  void on_connected(const Now& now, network::ConnectionId id) override {
    engine_.on_connected(now, id);
  }
  void on_accepted(const Now& now, network::ConnectionId id, network::ListenerId listener,
                   const network::Address& peer) override {
    engine_.on_accepted(now, id, listener, peer);
  }
  std::span<std::byte> receive_buffer(network::ConnectionId id) override {
    return engine_.receive_buffer(id);
  }
  void on_received(const Now& now, network::ConnectionId id, std::size_t count) override {
    engine_.on_received(now, id, count);
    disk_.deliver(now, engine_);
  }
  void on_written(const Now& now, network::ConnectionId id, std::size_t count) override {
    engine_.on_written(now, id, count);
    disk_.deliver(now, engine_);
  }
  void on_closed(const Now& now, network::ConnectionId id, Error reason) override {
    engine_.on_closed(now, id, std::move(reason));
    disk_.deliver(now, engine_);
  }
  std::optional<Instant> next_deadline() const override { return engine_.next_deadline(); }
  void advance(const Now& now) override {
    disk_.deliver(now, engine_);
    engine_.advance(now);
    disk_.deliver(now, engine_);
  }

 private:
  BrokerEngine& engine_;
  DataDisk& disk_;
};

}  // namespace barnabas::broker::io
