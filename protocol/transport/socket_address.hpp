#pragma once

#include "protocol/network/address.hpp"

#include <sys/socket.h>

namespace barnabas::transport {

/// An Address in the system's form.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress to_socket_address(const network::Address& address);
/// IPv4 addresses that an IPv6 socket shows as ::ffff:a.b.c.d come out as IPv4.
/// Requires: `address` is of family AF_INET or AF_INET6.
network::Address from_socket_address(const sockaddr* address);

}  // namespace barnabas::transport
