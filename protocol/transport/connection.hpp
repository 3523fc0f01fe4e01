#pragma once

#include "protocol/network/network.hpp"
#include "protocol/transport/file_descriptor.hpp"
#include "protocol/transport/poller.hpp"
#include "protocol/transport/range_sender.hpp"
#include "protocol/transport/write_queue.hpp"

#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace barnabas::transport {

/// One TCP stream. It knows the system's calls and no engine.
///
///   connecting -> open        the system connected it
///   open       -> draining    the engine wants it closed once everything is sent
///
/// and ends from every state by destruction, which closes the socket.
/// Thread-safety: none; the loop guards it.
class Connection final : public Poller::Handler {
 public:
  enum class State : std::uint8_t { connecting, open, draining };
  struct ReadResult {
    std::size_t count = 0;  ///< 0 without error: nothing to read now.
    Error end;              ///< Not ok: the stream ended, and why.
  };

  /// `ready` gets the id when the poller finds the socket ready.
  Connection(network::ConnectionId id, network::Address peer, FileDescriptor socket, State state,
             std::vector<network::ConnectionId>& ready)
      : id_(id), peer_(peer), state_(state), socket_(std::move(socket)), ready_(ready) {}

  /// Errors: io_error when the system can watch no more.
  Result<void> watch(Poller& poller);

  network::ConnectionId id() const noexcept { return id_; }
  State state() const noexcept { return state_; }
  int descriptor() const noexcept { return socket_.get(); }
  bool reading_paused() const noexcept { return reading_paused_; }
  const WriteQueue& unsent() const noexcept { return unsent_; }
  /// What the poller found since the last call.
  Readiness take_readiness() noexcept { return std::exchange(readiness_, {}); }

  /// Ends `connecting`. Errors: connection_failed; the connection is of no use then.
  Result<void> finish_connect();
  /// Receives into `room` what is there.
  ReadResult read(std::span<std::byte> room);
  /// Queues bytes; `flush` sends them.
  void write(wire::GatherBuffer bytes);
  /// Sends what the system takes now and returns how much that was. A failure to send does not end
  /// the stream: the peer's last words may still be there to read, and reading then ends with it.
  std::size_t flush();
  bool write_failed() const noexcept { return !write_failure_.ok(); }
  /// Not ok: a file did not hold what was to be sent of it. The peer has been promised it and can
  /// be told nothing else any more, so the stream must be closed.
  const Error& broken() const noexcept { return broken_; }

  void pause_reading();
  /// Ends the pause. The poller is not asked before somebody has looked (await_readable): what is
  /// there already needs no wake-up.
  void resume_reading() noexcept { reading_paused_ = false; }
  /// From now on the poller says when there is something to read.
  void await_readable();
  /// From now on only sends what is queued.
  void drain();
  /// Why the stream ended, when the poller says that it has and nobody reads.
  Error pending_error() const;

  void on_ready(Readiness readiness) override;

 private:
  SendResult send_parts(std::size_t& offered);
  Error ended(int error_number) const;
  void update_interest();
  Interest interest() const noexcept;

  network::ConnectionId id_;
  network::Address peer_;
  State state_;
  bool reading_paused_ = false;
  bool readable_awaited_ = true;  // false while paused, at least
  Readiness readiness_;
  FileDescriptor socket_;
  Poller::Registration registration_;  // after socket_: must end before the descriptor closes
  WriteQueue unsent_;
  Error write_failure_;
  Error broken_;
  std::vector<network::ConnectionId>& ready_;
};

}  // namespace barnabas::transport
