#pragma once

#include "tools/barnabas/decode/capture_reader.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace barnabas::tools {

/// One end of a TCP connection.
struct Endpoint {
  std::string address;  ///< As text.
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;
  /// "127.0.0.1:9092" or "[::1]:9092".
  std::string to_string() const;
};

/// What a packet carries of a TCP connection.
struct TcpSegment {
  Endpoint source;
  Endpoint destination;
  std::uint32_t sequence = 0;  ///< Of the first byte of the payload, or of SYN.
  bool syn = false;
  bool ack = false;
  Bytes payload;
};

/// Takes a packet apart: Ethernet (with VLAN tags), Linux "any" devices, loopback and raw IP; IPv4
/// and IPv6. Nothing when it is not a TCP segment, or a later fragment of one.
std::optional<TcpSegment> parse_tcp(const Packet& packet);

}  // namespace barnabas::tools
