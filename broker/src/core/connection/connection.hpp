#pragma once

#include "broker/src/core/config/broker_settings.hpp"
#include "broker/src/core/connection/answer_queue.hpp"
#include "protocol/base/time.hpp"
#include "protocol/network/frame_reader.hpp"
#include "protocol/network/network.hpp"

#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas::broker {

/// One client connection: what it sent, what it waits for, and what it may still cost.
///
///   state   | event                                                | next
///   --------|------------------------------------------------------|--------
///   serving | a request is held back (`hold`), or all behind one   | held
///           | (`hold_until_answered`)                              |
///   held    | `release`, `handled` with that one                   | serving
///   serving | a frame that cannot be one, a request that ends it   | ending
///   any     | an answer that closes the connection leaves          | (the owner closes it)
///
/// Only while serving are requests taken. While ending, open requests are still answered. Nothing
/// is read while requests or answers pile up; see ConnectionLimits. Thread-safety: none.
class Connection {
 public:
  enum class State : std::uint8_t { serving, held, ending };

  /// Who is at the other end.
  struct Peer {
    network::ConnectionId id{};
    network::ListenerId listener{};
    network::Address address;
  };

  /// Lifetime: `limits` outlives the connection.
  Connection(const Now& now, Peer peer, const ConnectionLimits& limits);

  const Peer& peer() const noexcept { return peer_; }
  State state() const noexcept { return state_; }
  /// From the latest request; for the log.
  const std::string& client_id() const noexcept { return client_id_; }
  void set_client_id(std::string_view client_id);

  /// The owner's mark that there is something to do here. Returns what it was.
  bool set_touched(bool touched) noexcept { return std::exchange(touched_, touched); }

  // Incoming ------------------------------------------------------------------------------------

  std::span<std::byte> receive_buffer() { return frames_.receive_buffer(); }
  void received(const Now& now, std::size_t count);
  /// The next request to serve, if there is one and the limits allow it. An error ends the
  /// connection once what is open has been answered.
  std::optional<network::Frame> next_request(const Now& now);
  /// A request was taken; see AnswerQueue.
  std::uint64_t open_request() { return answers_.open(); }
  /// Takes no further request until `release`.
  void hold() noexcept;
  void release() noexcept;
  /// Takes no further request until the one with this sequence is `handled`.
  void hold_until_answered(std::uint64_t sequence) noexcept;
  /// The request has been carried out; its answer may leave later. True when that ends a hold.
  bool handled(std::uint64_t sequence) noexcept;
  /// Takes no further request ever.
  void end() noexcept { state_ = State::ending; }

  // Outgoing ------------------------------------------------------------------------------------

  void answer(std::uint64_t sequence, Answer answer);
  /// The next answer that may leave; counts its bytes as unsent.
  std::optional<Answer> take_answer(const Now& now);
  void written(const Now& now, std::size_t count);

  /// Whether bytes should be read from the peer, when that has changed since the last call.
  std::optional<bool> reading_change() noexcept;

  // Time ----------------------------------------------------------------------------------------

  /// Why the connection is to be closed now, or no error.
  Error expired(const Now& now) const;
  /// When to ask `expired` again: early enough for everything that may happen meanwhile.
  Instant next_check(const Now& now) const;

 private:
  bool may_serve() const noexcept;
  Instant idle_deadline() const noexcept;
  std::optional<Instant> frame_deadline() const noexcept;
  std::optional<Instant> write_deadline() const noexcept;

  const ConnectionLimits& limits_;
  Peer peer_;
  State state_ = State::serving;
  std::optional<std::uint64_t> held_behind_;
  std::string client_id_;
  network::FrameReader frames_;
  AnswerQueue answers_;
  std::size_t unsent_bytes_ = 0;
  Instant last_traffic_;
  Instant last_write_progress_;
  Instant frame_started_;  // since when the peer owes us the rest of a frame
  bool was_blocked_ = false;
  bool touched_ = false;
  bool reading_paused_ = false;
};

}  // namespace barnabas::broker
