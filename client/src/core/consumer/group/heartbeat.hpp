#pragma once

#include "protocol/base/time.hpp"

#include <algorithm>
#include <optional>

namespace barnabas::client {

/// When a member sends heartbeats, and when it has to assume that its session is over. The session
/// counts from the moment the last answered heartbeat was sent, because the coordinator may have
/// counted from then on. At most one heartbeat is under way.
///
///   stopped -> (start) -> waiting -> (sent) -> under way -> (answered, failed) -> waiting
///   waiting, under way -> (hold) -> held: no heartbeats while the member joins, the session goes
///   on any -> (stop) -> stopped
///
/// Thread-safety: none.
class Heartbeat {
 public:
  struct Intervals {
    Duration heartbeat;
    Duration session;
    Duration retry;  ///< Pause after a heartbeat that could not be delivered.
  };
  explicit Heartbeat(Intervals intervals) : intervals_(intervals) {}

  /// The coordinator has just heard from the member.
  void start(Instant now) {
    state_ = State::waiting;
    next_ = deadline_after(now, intervals_.heartbeat);
    session_end_ = deadline_after(now, intervals_.session);
  }
  void hold() {
    if (state_ != State::stopped) state_ = State::held;
  }
  void stop() { state_ = State::stopped; }

  bool due(Instant now) const { return state_ == State::waiting && now >= next_; }
  void sent(Instant now) {
    state_ = State::under_way;
    sent_at_ = now;
  }
  /// The coordinator took notice of the heartbeat under way.
  void answered() {
    if (state_ != State::under_way) return;
    state_ = State::waiting;
    next_ = deadline_after(sent_at_, intervals_.heartbeat);
    session_end_ = deadline_after(sent_at_, intervals_.session);
  }
  void failed(Instant now) {
    if (state_ != State::under_way) return;
    state_ = State::waiting;
    next_ = deadline_after(now, std::min(intervals_.retry, intervals_.heartbeat));
  }
  bool session_over(Instant now) const { return state_ != State::stopped && now >= session_end_; }

  std::optional<Instant> next_deadline() const {
    switch (state_) {
      case State::stopped:
        return std::nullopt;
      case State::waiting:
        return std::min(next_, session_end_);
      case State::under_way:
      case State::held:
        return session_end_;
    }
    return std::nullopt;
  }

 private:
  enum class State { stopped, waiting, under_way, held };

  Intervals intervals_;
  State state_ = State::stopped;
  Instant next_{};
  Instant sent_at_{};
  Instant session_end_{};
};

}  // namespace barnabas::client
