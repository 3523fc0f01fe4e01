#pragma once

#include "protocol/base/time.hpp"
#include "protocol/network/network.hpp"
#include "protocol/transport/file_descriptor.hpp"
#include "protocol/transport/poller.hpp"
#include "protocol/transport/socket.hpp"

#include <barnabas/result.hpp>

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace barnabas::transport {

/// A listening socket. When the process has no descriptor left it keeps taking connections and
/// drops them at once, so that clients see an end instead of silence and the loop does not spin;
/// when the system lacks memory it pauses for a moment. Thread-safety: none; the loop guards it.
class Listener final : public Poller::Handler {
 public:
  struct Accepted {
    FileDescriptor socket;
    network::Address peer;
  };

  /// `ready` gets the id when the poller finds connections waiting, `dropped` counts those that
  /// were dropped.
  Listener(network::ListenerId id, FileDescriptor socket, SocketOptions options,
           std::vector<network::ListenerId>& ready, std::atomic<std::uint64_t>& dropped);

  /// Errors: io_error when the system can watch no more.
  Result<void> watch(Poller& poller);
  std::uint16_t port() const { return local_address(socket_.get()).port; }

  /// The next waiting connection, or nothing.
  std::optional<Accepted> accept(Instant now);
  /// When `resume` wants to be called after a pause.
  std::optional<Instant> paused_until() const noexcept { return paused_until_; }
  void resume();

  void on_ready(Readiness readiness) override;

 private:
  void shed_one();
  void pause(Instant until);

  network::ListenerId id_;
  SocketOptions options_;
  FileDescriptor socket_;
  FileDescriptor reserve_;  // given up to take a connection when no other descriptor is left
  Poller::Registration registration_;
  std::optional<Instant> paused_until_;
  std::vector<network::ListenerId>& ready_;
  std::atomic<std::uint64_t>& dropped_;
};

}  // namespace barnabas::transport
