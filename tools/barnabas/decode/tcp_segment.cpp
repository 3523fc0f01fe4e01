#include "tools/barnabas/decode/tcp_segment.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace barnabas::tools {

namespace {

constexpr std::uint32_t link_null = 0;
constexpr std::uint32_t link_ethernet = 1;
constexpr std::uint32_t link_raw_old = 12;
constexpr std::uint32_t link_raw = 101;
constexpr std::uint32_t link_loop = 108;
constexpr std::uint32_t link_linux_any = 113;
constexpr std::uint32_t link_ipv4 = 228;
constexpr std::uint32_t link_ipv6 = 229;
constexpr std::uint32_t link_linux_any2 = 276;

constexpr unsigned ethernet_vlan = 0x8100;
constexpr unsigned ethernet_service_vlan = 0x88A8;
constexpr unsigned protocol_tcp = 6;

unsigned number8(Bytes bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }
unsigned number16(Bytes bytes, std::size_t at) {
  return number8(bytes, at) << 8 | number8(bytes, at + 1);
}
std::uint32_t number32(Bytes bytes, std::size_t at) {
  return number16(bytes, at) << 16 | number16(bytes, at + 2);
}

/// The IP packet inside, or nothing.
Bytes ip_packet(const Packet& packet) {
  Bytes bytes = packet.bytes;
  std::size_t header = 0;
  switch (packet.link_type) {
    case link_raw_old:
    case link_raw:
    case link_ipv4:
    case link_ipv6:
      break;
    case link_null:
    case link_loop:
      header = 4;
      break;
    case link_ethernet:
      header = 14;
      while (bytes.size() >= header + 4 && (number16(bytes, header - 2) == ethernet_vlan ||
                                            number16(bytes, header - 2) == ethernet_service_vlan)) {
        header += 4;
      }
      break;
    case link_linux_any:
      header = 16;
      break;
    case link_linux_any2:
      header = 20;
      break;
    default:
      return {};
  }
  return header < bytes.size() ? bytes.subspan(header) : Bytes();
}

std::string ipv4_text(Bytes bytes) {
  std::array<char, 16> text;
  std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", number8(bytes, 0), number8(bytes, 1),
                number8(bytes, 2), number8(bytes, 3));
  return text.data();
}

// The longest run of zero groups becomes "::".
std::string ipv6_text(Bytes bytes) {
  std::size_t best = 0;
  std::size_t best_size = 1;
  for (std::size_t first = 0; first < 8; ++first) {
    std::size_t size = 0;
    while (first + size < 8 && number16(bytes, 2 * (first + size)) == 0) ++size;
    if (size > best_size) {
      best = first;
      best_size = size;
    }
  }
  const bool shortened = best_size > 1;
  std::string text;
  for (std::size_t group = 0; group < 8; ++group) {
    if (shortened && group == best) {
      text += "::";
      group += best_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 8> digits;
    std::snprintf(digits.data(), digits.size(), "%x", number16(bytes, 2 * group));
    text += digits.data();
  }
  return text;
}

bool parse_segment(Bytes bytes, TcpSegment& segment) {
  constexpr std::size_t least_header = 20;
  if (bytes.size() < least_header) return false;
  const std::size_t header = (number8(bytes, 12) >> 4) * 4;
  if (header < least_header || header > bytes.size()) return false;
  segment.source.port = static_cast<std::uint16_t>(number16(bytes, 0));
  segment.destination.port = static_cast<std::uint16_t>(number16(bytes, 2));
  segment.sequence = number32(bytes, 4);
  const unsigned flags = number8(bytes, 13);
  segment.syn = (flags & 0x02) != 0;
  segment.ack = (flags & 0x10) != 0;
  segment.payload = bytes.subspan(header);
  return true;
}

bool parse_ipv4(Bytes bytes, TcpSegment& segment) {
  constexpr std::size_t least_header = 20;
  if (bytes.size() < least_header) return false;
  const std::size_t header = (number8(bytes, 0) & 0xF) * 4;
  std::size_t size = number16(bytes, 2);
  if (size == 0) size = bytes.size();  // Larger than the field can say (segmentation offload).
  size = std::min(size, bytes.size());
  const bool later_fragment = (number16(bytes, 6) & 0x1FFF) != 0;
  if (header < least_header || header > size || later_fragment) return false;
  if (number8(bytes, 9) != protocol_tcp) return false;
  segment.source.address = ipv4_text(bytes.subspan(12, 4));
  segment.destination.address = ipv4_text(bytes.subspan(16, 4));
  return parse_segment(bytes.subspan(header, size - header), segment);
}

bool parse_ipv6(Bytes bytes, TcpSegment& segment) {
  constexpr std::size_t header = 40;
  if (bytes.size() < header) return false;
  if (number8(bytes, 6) != protocol_tcp) return false;  // Extension headers do not occur here.
  std::size_t size = number16(bytes, 4);
  if (size == 0) size = bytes.size() - header;
  size = std::min(size, bytes.size() - header);
  segment.source.address = ipv6_text(bytes.subspan(8, 16));
  segment.destination.address = ipv6_text(bytes.subspan(24, 16));
  return parse_segment(bytes.subspan(header, size), segment);
}

}  // namespace

std::string Endpoint::to_string() const {
  const bool ipv6 = address.find(':') != std::string::npos;
  return (ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::optional<TcpSegment> parse_tcp(const Packet& packet) {
  const Bytes bytes = ip_packet(packet);
  if (bytes.empty()) return std::nullopt;
  TcpSegment segment;
  const unsigned version = number8(bytes, 0) >> 4;
  if (version == 4 && parse_ipv4(bytes, segment)) return segment;
  if (version == 6 && parse_ipv6(bytes, segment)) return segment;
  return std::nullopt;
}

}  // namespace barnabas::tools
