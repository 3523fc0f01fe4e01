#include "protocol/transport/socket_address.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <netinet/in.h>

namespace barnabas::transport {

using network::Address;

SocketAddress to_socket_address(const Address& address) {
  SocketAddress result;
  if (address.family == Address::Family::ipv4) {
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(address.port);
    std::memcpy(&ipv4.sin_addr, address.bytes.data(), sizeof ipv4.sin_addr);
    std::memcpy(&result.storage, &ipv4, sizeof ipv4);
    result.size = sizeof ipv4;
  } else {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(address.port);
    ipv6.sin6_scope_id = address.scope_id;
    std::memcpy(&ipv6.sin6_addr, address.bytes.data(), sizeof ipv6.sin6_addr);
    std::memcpy(&result.storage, &ipv6, sizeof ipv6);
    result.size = sizeof ipv6;
  }
  return result;
}

Address from_socket_address(const sockaddr* address) {
  Address result;
  if (address->sa_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, address, sizeof ipv4);
    result.port = ntohs(ipv4.sin_port);
    std::memcpy(result.bytes.data(), &ipv4.sin_addr, sizeof ipv4.sin_addr);
    return result;
  }
  sockaddr_in6 ipv6{};
  std::memcpy(&ipv6, address, sizeof ipv6);
  result.port = ntohs(ipv6.sin6_port);
  if (IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr)) {
    std::memcpy(result.bytes.data(), ipv6.sin6_addr.s6_addr + 12, 4);
    return result;
  }
  result.family = Address::Family::ipv6;
  result.scope_id = ipv6.sin6_scope_id;
  std::memcpy(result.bytes.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
  return result;
}

}  // namespace barnabas::transport
