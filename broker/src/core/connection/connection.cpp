#include "broker/src/core/connection/connection.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker {
namespace {

// Clients write what they like into their id; the log shows this much of it.
constexpr std::size_t longest_client_id = 64;
// A frame may take this much longer for each byte of it that has arrived: 1 KiB in a second.
constexpr Duration grace_per_byte = std::chrono::microseconds(1'000'000 / 1024);

}  // namespace

Connection::Connection(const Now& now, Peer peer, const ConnectionLimits& limits)
    : limits_(limits),
      peer_(std::move(peer)),
      frames_(limits.max_request_bytes),
      last_traffic_(now.monotonic),
      last_write_progress_(now.monotonic),
      frame_started_(now.monotonic) {}

void Connection::set_client_id(std::string_view client_id) {
  client_id = client_id.substr(0, longest_client_id);
  if (client_id_ != client_id) client_id_ = client_id;
}

void Connection::received(const Now& now, std::size_t count) {
  if (frames_.pending() == 0) frame_started_ = now.monotonic;
  last_traffic_ = now.monotonic;
  frames_.received(count);
}

std::optional<network::Frame> Connection::next_request(const Now& now) {
  if (!may_serve()) {
    was_blocked_ = true;
    return std::nullopt;
  }
  // The time in which we did not read is not the peer's.
  if (std::exchange(was_blocked_, false)) frame_started_ = now.monotonic;
  Result<std::optional<network::Frame>> frame = frames_.next_frame();
  if (!frame) {
    answers_.answer(answers_.open(), Answer::close(std::move(frame).error()));
    end();
    return std::nullopt;
  }
  if (*frame) frame_started_ = now.monotonic;
  return std::move(*frame);
}

void Connection::hold() noexcept {
  if (state_ == State::serving) state_ = State::held;
}

void Connection::release() noexcept {
  if (state_ == State::held) state_ = State::serving;
}

void Connection::hold_until_answered(std::uint64_t sequence) noexcept {
  hold();
  if (state_ == State::held) held_behind_ = sequence;
}

bool Connection::handled(std::uint64_t sequence) noexcept {
  if (held_behind_ != sequence) return false;
  held_behind_.reset();
  release();
  return true;
}

void Connection::answer(std::uint64_t sequence, Answer answer) {
  answers_.answer(sequence, std::move(answer));
}

std::optional<Answer> Connection::take_answer(const Now& now) {
  std::optional<Answer> answer = answers_.take();
  if (!answer || answer->frame.size() == 0) return answer;
  if (unsent_bytes_ == 0) last_write_progress_ = now.monotonic;
  unsent_bytes_ += answer->frame.size();
  return answer;
}

void Connection::written(const Now& now, std::size_t count) {
  unsent_bytes_ -= std::min(count, unsent_bytes_);
  last_traffic_ = last_write_progress_ = now.monotonic;
  // Ten thousand connections that wait for their clients' next idea need no buffers.
  if (unsent_bytes_ == 0 && answers_.empty()) frames_.let_go();
}

bool Connection::may_serve() const noexcept {
  return state_ == State::serving && answers_.size() < limits_.max_open_requests &&
         unsent_bytes_ < limits_.max_unsent_bytes;
}

std::optional<bool> Connection::reading_change() noexcept {
  const bool pause = !may_serve();
  if (pause == std::exchange(reading_paused_, pause)) return std::nullopt;
  return !pause;
}

Instant Connection::idle_deadline() const noexcept {
  return deadline_after(last_traffic_, limits_.max_idle);
}

std::optional<Instant> Connection::frame_deadline() const noexcept {
  // While we take no requests it is not the peer that is slow.
  if (frames_.pending() == 0 || was_blocked_) return std::nullopt;
  const auto grace = grace_per_byte * static_cast<std::int64_t>(frames_.pending());
  return deadline_after(frame_started_, limits_.frame_timeout + grace);
}

std::optional<Instant> Connection::write_deadline() const noexcept {
  if (unsent_bytes_ == 0) return std::nullopt;
  return deadline_after(last_write_progress_, limits_.write_timeout);
}

Error Connection::expired(const Now& now) const {
  const auto passed = [&](std::optional<Instant> deadline) {
    return deadline && *deadline <= now.monotonic;
  };
  if (passed(write_deadline())) {
    return {ErrorCode::timed_out, std::to_string(unsent_bytes_) +
                                      " bytes of responses wait and the peer takes none of them"};
  }
  if (passed(frame_deadline())) {
    return {ErrorCode::timed_out, "a request was begun and not completed; " +
                                      std::to_string(frames_.pending()) + " bytes of it arrived"};
  }
  if (answers_.empty() && unsent_bytes_ == 0 && passed(idle_deadline())) {
    return {ErrorCode::timed_out, "idle"};
  }
  return {};
}

Instant Connection::next_check(const Now& now) const {
  // A frame or a write that begins right after this cannot expire earlier than these.
  const Instant soonest = std::min(deadline_after(now.monotonic, limits_.frame_timeout),
                                   deadline_after(now.monotonic, limits_.write_timeout));
  Instant check = std::min(frame_deadline().value_or(soonest), write_deadline().value_or(soonest));
  const Instant idle = idle_deadline();
  // An open request keeps an idle connection alive past its deadline.
  if (idle > now.monotonic) check = std::min(check, idle);
  return check;
}

}  // namespace barnabas::broker
