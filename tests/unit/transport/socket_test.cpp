#include "protocol/transport/socket.hpp"

#include "protocol/transport/socket_address.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using namespace barnabas;
using namespace barnabas::transport;

namespace {

int option(const FileDescriptor& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  REQUIRE(::getsockopt(socket.get(), level, name, &value, &size) == 0);
  return value;
}

network::Address loopback(std::uint16_t port) {
  return network::parse_literal("127.0.0.1", port).front();
}

}  // namespace

TEST_CASE("streams never block, are not inherited, and have their options") {
  SocketOptions options;
  const FileDescriptor listener = open_listener(loopback(0), options).value();
  options.buffers.send = 40000;
  options.buffers.receive = 50000;
  const network::Address address = local_address(listener.get());
  CHECK(address.port != 0);
  const FileDescriptor socket = start_connect(address, options).value();
  CHECK((::fcntl(socket.get(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(option(socket, IPPROTO_TCP, TCP_NODELAY) != 0);
  CHECK(option(socket, SOL_SOCKET, SO_KEEPALIVE) != 0);
  // Linux doubles what is asked for, to make room for its bookkeeping.
  CHECK(option(socket, SOL_SOCKET, SO_SNDBUF) == 80000);
  CHECK(option(socket, SOL_SOCKET, SO_RCVBUF) == 100000);
  options.keep_alive = false;
  const FileDescriptor other = start_connect(address, options).value();
  CHECK(option(other, SOL_SOCKET, SO_KEEPALIVE) == 0);
}

TEST_CASE("a listener's port can be taken again while old connections linger") {
  network::Address address;
  {
    const FileDescriptor listener = open_listener(loopback(0), {}).value();
    address = local_address(listener.get());
    const FileDescriptor client = start_connect(address, {}).value();
    const FileDescriptor accepted(::accept(listener.get(), nullptr, nullptr));
    REQUIRE(accepted);
    // The side that closes first keeps the port in TIME_WAIT.
    ::shutdown(accepted.get(), SHUT_RDWR);
    ::shutdown(client.get(), SHUT_RDWR);
  }
  CHECK(open_listener(address, {}));
}

TEST_CASE("a socket connected to itself counts as refused") {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  const SocketAddress any_port = to_socket_address(loopback(0));
  REQUIRE(::bind(socket.get(), any_port.get(), any_port.size) == 0);
  const network::Address own = local_address(socket.get());
  const SocketAddress target = to_socket_address(own);
  REQUIRE(::connect(socket.get(), target.get(), target.size) == 0);
  const Result<void> outcome = finish_connect(socket.get(), own);
  REQUIRE(!outcome);
  CHECK(outcome.error() == ErrorCode::connection_failed);
}

TEST_CASE("what cannot be bound names the address") {
  // A documentation address, which no machine has.
  const auto listener = open_listener(network::parse_literal("192.0.2.1", 9092).front(), {});
  REQUIRE(!listener);
  CHECK(listener.error().context() == "listen on 192.0.2.1:9092: Cannot assign requested address");
}
