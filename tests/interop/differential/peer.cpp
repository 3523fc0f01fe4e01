#include "tests/interop/differential/peer.hpp"

#include "protocol/wire/big_endian.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace barnabas::differential {

Peer::Peer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket_ < 0 ||
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to port " + std::to_string(port) + ": " +
                             std::strerror(errno));
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Peer::~Peer() { ::close(socket_); }

void Peer::send(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

bool Peer::receive_exactly(std::span<std::byte> into,
                           std::chrono::steady_clock::time_point deadline, Reply::Kind& otherwise) {
  while (!into.empty()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd readable{socket_, POLLIN, 0};
    const int ready = ::poll(&readable, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready <= 0) {
      otherwise = Reply::Kind::silent;
      return false;
    }
    const ssize_t received = ::recv(socket_, into.data(), into.size(), 0);
    if (received <= 0) {
      otherwise = Reply::Kind::closed;
      return false;
    }
    into = into.subspan(static_cast<std::size_t>(received));
  }
  return true;
}

Reply Peer::receive(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  Reply reply;
  std::array<std::byte, 4> size{};
  if (!receive_exactly(size, deadline, reply.kind)) return reply;
  reply.frame.resize(wire::load_big_endian<std::uint32_t>(size.data()));
  if (receive_exactly(reply.frame, deadline, reply.kind)) reply.kind = Reply::Kind::frame;
  return reply;
}

}  // namespace barnabas::differential
