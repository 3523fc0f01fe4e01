#include "protocol/transport/connection.hpp"

#include "protocol/transport/socket.hpp"
#include "protocol/transport/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

namespace barnabas::transport {
namespace {

// The system's limit is 1024 (IOV_MAX).
constexpr std::size_t most_parts_per_send = 1024;
// So that one fast peer does not keep the loop from the others.
constexpr std::size_t most_bytes_per_flush = std::size_t{4} << 20;

bool try_again_later(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

}  // namespace

Result<void> Connection::watch(Poller& poller) {
  Result<Poller::Registration> registration = poller.add(socket_.get(), interest(), *this);
  if (!registration) return registration.error().within(peer_.to_string());
  registration_ = *std::move(registration);
  return {};
}

Result<void> Connection::finish_connect() {
  Result<void> outcome = transport::finish_connect(socket_.get(), peer_);
  if (outcome) {
    state_ = State::open;
    update_interest();
  }
  return outcome;
}

Connection::ReadResult Connection::read(std::span<std::byte> room) {
  const auto count = ::recv(socket_.get(), room.data(), room.size(), 0);
  if (count > 0) return {static_cast<std::size_t>(count), {}};
  if (count < 0 && try_again_later(errno)) return {};
  return {0, ended(count == 0 ? 0 : errno)};
}

void Connection::write(wire::GatherBuffer bytes) {
  if (state_ != State::draining && !write_failed()) unsent_.push(std::move(bytes));
}

std::size_t Connection::flush() {
  std::size_t total = 0;
  while (state_ != State::connecting && !unsent_.empty() && total < most_bytes_per_flush) {
    const std::size_t room = most_bytes_per_flush - total;
    const wire::FileRange* range = unsent_.front_range();
    std::size_t offered = range ? std::min(range->size, room) : 0;
    SendResult sent = range ? send_range(socket_.get(), *range, room) : send_parts(offered);
    if (!sent.unreadable.ok()) {
      broken_ = sent.unreadable.within(peer_.to_string());
      unsent_.clear();
      break;
    }
    if (sent.error_number != 0) {
      if (!try_again_later(sent.error_number)) {
        write_failure_ = ended(sent.error_number);
        unsent_.clear();
      }
      break;
    }
    unsent_.consume(sent.count);
    total += sent.count;
    if (sent.count < offered) break;  // the system's buffer is full
  }
  update_interest();
  return total;
}

// Sets `offered` to how many bytes the system was given.
SendResult Connection::send_parts(std::size_t& offered) {
  const std::span<iovec> parts = unsent_.front(most_parts_per_send);
  for (const iovec& part : parts) offered += part.iov_len;
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  // What comes before a range of a file goes out in the same packets.
  const bool range_follows = parts.size() < most_parts_per_send && offered < unsent_.size();
  const auto count =
      ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | (range_follows ? MSG_MORE : 0));
  SendResult result;
  if (count < 0) {
    result.error_number = errno;
  } else {
    result.count = static_cast<std::size_t>(count);
  }
  return result;
}

void Connection::pause_reading() {
  reading_paused_ = true;
  readable_awaited_ = false;
  update_interest();
}

void Connection::await_readable() {
  if (readable_awaited_ || reading_paused_) return;
  readable_awaited_ = true;
  update_interest();
}

void Connection::drain() {
  state_ = State::draining;
  update_interest();
}

Error Connection::pending_error() const {
  int error_number = 0;
  socklen_t size = sizeof error_number;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error_number, &size);
  return ended(error_number);
}

Error Connection::ended(int error_number) const {
  if (write_failed()) return write_failure_;
  const std::string peer = peer_.to_string();
  if (error_number == 0) return Error(ErrorCode::disconnected, peer + " closed the connection");
  return system_error(ErrorCode::disconnected, peer, error_number);
}

void Connection::on_ready(Readiness readiness) {
  readiness_ = readiness;
  ready_.push_back(id_);
}

void Connection::update_interest() { registration_.change(interest()); }

Interest Connection::interest() const noexcept {
  if (state_ == State::connecting) return {.readable = false, .writable = true};
  const bool reading = state_ == State::open && readable_awaited_;
  return {.readable = reading, .writable = !unsent_.empty()};
}

}  // namespace barnabas::transport
