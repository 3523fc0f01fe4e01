#include "protocol/transport/socket.hpp"

#include "protocol/transport/socket_address.hpp"
#include "protocol/transport/system_error.hpp"

#include <cerrno>
#include <string>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace barnabas::transport {
namespace {

using network::Address;

Result<FileDescriptor> open_socket(const Address& address, const std::string& what) {
  const int family = address.family == Address::Family::ipv4 ? AF_INET : AF_INET6;
  FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return system_error(ErrorCode::connection_failed, what, errno);
  return socket;
}

void set_option(int descriptor, int level, int option, int value) {
  // Options tune; a system that lacks one still works.
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

// Buffer sizes shape the TCP window, so they are set before connecting and on the listener.
void set_buffer_sizes(int descriptor, const network::SocketBuffers& buffers) {
  if (buffers.send > 0) {
    set_option(descriptor, SOL_SOCKET, SO_SNDBUF, buffers.send);
  }
  if (buffers.receive > 0) {
    set_option(descriptor, SOL_SOCKET, SO_RCVBUF, buffers.receive);
  }
}

constexpr const char* connecting = "connect";

}  // namespace

Result<FileDescriptor> start_connect(const Address& peer, const SocketOptions& options) {
  Result<FileDescriptor> socket = open_socket(peer, connecting);
  if (!socket) return socket;
  set_buffer_sizes(socket->get(), options.buffers);
  set_stream_options(socket->get(), options);
  const SocketAddress target = to_socket_address(peer);
  if (::connect(socket->get(), target.get(), target.size) != 0 && errno != EINPROGRESS &&
      errno != EINTR) {
    return system_error(ErrorCode::connection_failed, connecting, errno);
  }
  return socket;
}

Result<void> finish_connect(int descriptor, const Address& peer) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return system_error(ErrorCode::connection_failed, connecting, error);
  // A local port chosen by the system may happen to be the one aimed at: TCP then connects the
  // socket to itself, and the port would seem to be served.
  if (local_address(descriptor) == peer) {
    return system_error(ErrorCode::connection_failed, connecting, ECONNREFUSED);
  }
  return {};
}

Result<FileDescriptor> open_listener(const Address& address, const SocketOptions& options) {
  const std::string what = "listen on " + address.to_string();
  Result<FileDescriptor> socket = open_socket(address, what);
  if (!socket) return socket;
  // A restarted broker takes its port back at once, whatever old connections linger there.
  set_option(socket->get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.family == Address::Family::ipv6) {
    set_option(socket->get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  }
  set_buffer_sizes(socket->get(), options.buffers);
  const SocketAddress local = to_socket_address(address);
  if (::bind(socket->get(), local.get(), local.size) != 0 ||
      ::listen(socket->get(), SOMAXCONN) != 0) {
    return system_error(ErrorCode::connection_failed, what, errno);
  }
  return socket;
}

Address local_address(int descriptor) {
  SocketAddress local;
  local.size = sizeof local.storage;
  if (::getsockname(descriptor, local.get(), &local.size) != 0) return {};
  return from_socket_address(local.get());
}

void set_stream_options(int descriptor, const SocketOptions& options) {
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.keep_alive) set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
}

}  // namespace barnabas::transport
