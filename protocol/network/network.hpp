#pragma once

#include "protocol/base/time.hpp"
#include "protocol/network/address.hpp"
#include "protocol/wire/gather_buffer.hpp"

#include <barnabas/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// The boundary between what decides (engines) and what performs (shells, the simulation).

namespace barnabas::network {

/// Names a connection. Unique within one engine for its whole life, so that an event that crosses
/// a close on its way can be told from one of a newer connection.
enum class ConnectionId : std::uint64_t {};
/// Names a look-up, likewise.
enum class LookupId : std::uint64_t {};
/// Names a listening socket, likewise.
enum class ListenerId : std::uint64_t {};

/// What an engine asks of the outside. Every call returns at once and never calls back into the
/// engine: outcomes arrive later as events. Calls that name an unknown or closed connection are
/// ignored.
class Network {
 public:
  virtual ~Network() = default;

  /// Looks up `host`; ends in on_resolved. Literal addresses take the same way.
  virtual void resolve(LookupId id, std::string host, std::uint16_t port) = 0;
  /// Opens a byte stream; ends in on_connected or on_closed. `id` is chosen by the engine.
  virtual void connect(ConnectionId id, const Address& address) = 0;
  /// Queues bytes behind earlier writes of the connection. Legal once on_connected or on_accepted
  /// was delivered. Each queued buffer is released after its last byte was handed to the system.
  virtual void write(ConnectionId id, wire::GatherBuffer bytes) = 0;
  /// Stops and restarts delivery of received bytes; received data waits in the system's buffers.
  virtual void pause_reading(ConnectionId id) = 0;
  virtual void resume_reading(ConnectionId id) = 0;
  /// Like pause_reading, from an engine that can do without the bytes and can do with them: whoever
  /// delivers them does as it finds best. Returns whether reading is paused now.
  virtual bool hold_reading(ConnectionId id) {
    pause_reading(id);
    return true;
  }
  /// Closes at once; bytes not yet written are dropped and no event about `id` follows.
  virtual void close(ConnectionId id) = 0;
  /// Closes after everything queued was written; no event about `id` follows.
  virtual void close_after_writes(ConnectionId id) = 0;
};

/// What the outside tells an engine. Events of one engine are never concurrent.
class NetworkEvents {
 public:
  virtual ~NetworkEvents() = default;

  virtual void on_resolved(const Now& now, LookupId id, Result<std::vector<Address>> addresses) = 0;
  virtual void on_connected(const Now& now, ConnectionId id) = 0;
  /// A listener took a connection; its id is drawn by the shell above 2^63.
  virtual void on_accepted(const Now& now, ConnectionId id, ListenerId listener,
                           const Address& peer) = 0;
  /// Where the next received bytes go: at least one byte, so that payload lands in the engine's
  /// own frame buffers without a copy. Valid until the next event about `id`.
  virtual std::span<std::byte> receive_buffer(ConnectionId id) = 0;
  /// `count` bytes were put into receive_buffer(id).
  virtual void on_received(const Now& now, ConnectionId id, std::size_t count) = 0;
  /// `count` more bytes of the connection were handed to the system; for back-pressure.
  virtual void on_written(const Now& now, ConnectionId id, std::size_t count) = 0;
  /// The stream ended or could not be opened. The last event about `id`.
  virtual void on_closed(const Now& now, ConnectionId id, Error reason) = 0;
};

/// A whole client or a whole broker: deterministic in its events, its seed and its clock.
class Engine : public NetworkEvents {
 public:
  /// When `advance` wants to be called next, if nothing else happens.
  virtual std::optional<Instant> next_deadline() const = 0;
  /// Runs everything that is due.
  virtual void advance(const Now& now) = 0;
};

}  // namespace barnabas::network
