#pragma once

#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/cluster/cluster_listener.hpp"
#include "client/src/core/cluster/outbox.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/network/network.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace barnabas::client {

/// What a client engine is made with. Everything referred to outlives the engine.
struct EngineContext {
  ClusterOptions options;
  network::Network& network;
  Logger& logger;
  Outbox& outbox;
  std::uint64_t seed;
};

/// The base of the producer's, the consumer's and the admin's engine: a cluster, and work of their
/// own after each of its events. Sans-I/O.
///
/// An engine derives from it, implements `run` and what it wants of ClusterListener, and offers
/// functions that its facade calls (ClientShell). Such a function may leave work for `run`: it is
/// due at once after `wake`.
/// Thread-safety: none; the shell's lock covers it.
class ClientEngine : public network::Engine, public ClusterListener {
 public:
  explicit ClientEngine(EngineContext context);

  // --- Closing, driven by ClientShell::close

  /// The application closes the client: finish what should be finished (flush, commit, leave).
  virtual void begin_close(const Now& /*now*/) {}
  /// Whether that is done.
  virtual bool is_drained() const { return true; }
  /// Gives up whatever is left. Completions run within; what they post is still delivered.
  virtual void finish_close(const Now& now) { cluster_.close(now); }

  // --- network::Engine

  void on_resolved(const Now& now, network::LookupId id,
                   Result<std::vector<network::Address>> addresses) final;
  void on_connected(const Now& now, network::ConnectionId id) final;
  void on_accepted(const Now& now, network::ConnectionId id, network::ListenerId listener,
                   const network::Address& peer) final;
  std::span<std::byte> receive_buffer(network::ConnectionId id) final;
  void on_received(const Now& now, network::ConnectionId id, std::size_t count) final;
  void on_written(const Now& now, network::ConnectionId id, std::size_t count) final;
  void on_closed(const Now& now, network::ConnectionId id, Error reason) final;
  std::optional<Instant> next_deadline() const final;
  void advance(const Now& now) final;

 protected:
  /// Does whatever has become possible or due. Runs after every event and advance.
  virtual void run(const Now& /*now*/) {}
  /// When `run` wants to be called next, besides events of the cluster.
  virtual std::optional<Instant> own_deadline() const { return std::nullopt; }
  /// Has `run` called soon.
  void wake(const Now& now) { woken_at_ = now.monotonic; }

  Outbox& outbox() noexcept { return outbox_; }
  Logger& logger() noexcept { return logger_; }

 private:
  void after_event(const Now& now);

  Outbox& outbox_;
  Logger& logger_;
  std::optional<Instant> woken_at_;

 protected:
  Cluster cluster_;
};

}  // namespace barnabas::client
