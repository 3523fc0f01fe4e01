#pragma once

#include <barnabas/result.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::network {

/// A numeric IPv4 or IPv6 address with a port; what a name look-up yields.
struct Address {
  enum class Family : std::uint8_t { ipv4, ipv6 };
  Family family = Family::ipv4;
  std::array<std::uint8_t, 16> bytes{};  ///< Network order; IPv4 uses the first four.
  std::uint32_t scope_id = 0;            ///< IPv6 link-local zone.
  std::uint16_t port = 0;

  /// "10.0.0.2:9092", "[::1]:9092".
  std::string to_string() const;
  friend auto operator<=>(const Address&, const Address&) = default;
  friend bool operator==(const Address&, const Address&) = default;
};

/// A host as configured or advertised: a name or a literal address, with a port.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;

  /// "kafka-1:9092", "[::1]:9092".
  std::string to_string() const;
  friend auto operator<=>(const HostPort&, const HostPort&) = default;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// Parses "host", "host:port", "[v6]:port", "[v6]" or a bare IPv6 literal, with an optional
/// listener prefix such as "PLAINTEXT://". `default_port` stands in for a missing port.
/// Errors: invalid_argument, naming the text and what is expected.
Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port = 9092);
/// A comma-separated list of the above; empty elements are skipped; at least one is required.
Result<std::vector<HostPort>> parse_host_port_list(std::string_view text,
                                                   std::uint16_t default_port = 9092);
/// The address when `host` is a literal IPv4 or IPv6 address, else nothing.
std::vector<Address> parse_literal(std::string_view host, std::uint16_t port);

}  // namespace barnabas::network
