#include "protocol/network/address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace barnabas::network {
namespace {

constexpr std::size_t ipv6_groups = 8;
using Groups = std::array<std::uint16_t, ipv6_groups>;

// All of `text` as a number of at most `max`, without sign or leading plus.
template <class T>
std::optional<T> parse_number(std::string_view text, T max, int base = 10) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc() || stop != end || value > max) return std::nullopt;
  return value;
}

// Exactly four decimal numbers. Shorter forms and leading zeros, which some systems take for octal,
// are left to the resolver.
std::optional<std::array<std::uint8_t, 4>> parse_ipv4(std::string_view text) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool last = i + 1 == bytes.size();
    const std::size_t dot = last ? text.size() : text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view part = text.substr(0, dot);
    const auto value = parse_number<std::uint16_t>(part, 255);
    if (!value || (part.size() > 1 && part.front() == '0')) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(last ? dot : dot + 1);
  }
  return bytes;
}

// Appends the colon-separated groups of `text`, the last of which may be an IPv4 address that fills
// two. False when they are malformed or too many.
bool parse_groups(std::string_view text, Groups& groups, std::size_t& count) {
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
      const auto ipv4 = parse_ipv4(part);
      if (!ipv4 || count + 2 > ipv6_groups) return false;
      groups[count++] = static_cast<std::uint16_t>((*ipv4)[0] << 8 | (*ipv4)[1]);
      groups[count++] = static_cast<std::uint16_t>((*ipv4)[2] << 8 | (*ipv4)[3]);
      return true;
    }
    const auto value = parse_number<std::uint16_t>(part, 0xFFFF, 16);
    if (!value || part.size() > 4 || count == ipv6_groups) return false;
    groups[count++] = *value;
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;  // ends in a single colon
  }
  return true;
}

std::optional<Groups> parse_ipv6(std::string_view text) {
  Groups head{};
  Groups tail{};
  std::size_t head_count = 0;
  std::size_t tail_count = 0;
  const std::size_t gap = text.find("::");
  const std::string_view before = text.substr(0, gap);
  if (!parse_groups(before, head, head_count)) return std::nullopt;
  if (gap == std::string_view::npos) {
    return head_count == ipv6_groups ? std::optional(head) : std::nullopt;
  }
  const bool ipv4_before_gap = before.find('.') != std::string_view::npos;
  if (ipv4_before_gap || !parse_groups(text.substr(gap + 2), tail, tail_count)) return std::nullopt;
  if (head_count + tail_count >= ipv6_groups) return std::nullopt;
  std::copy_n(tail.begin(), tail_count, head.end() - static_cast<std::ptrdiff_t>(tail_count));
  return head;
}

std::string ipv4_text(const std::uint8_t* bytes) {
  std::string text;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) text += '.';
    text += std::to_string(bytes[i]);
  }
  return text;
}

// RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups shortened.
std::string ipv6_text(const std::array<std::uint8_t, 16>& bytes) {
  Groups groups{};
  for (std::size_t i = 0; i < ipv6_groups; ++i) {
    groups[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  }
  std::size_t gap = ipv6_groups;
  std::size_t gap_size = 1;
  for (std::size_t i = 0; i < ipv6_groups; ++i) {
    std::size_t run = 0;
    while (i + run < ipv6_groups && groups[i + run] == 0) ++run;
    if (run > gap_size) {
      gap = i;
      gap_size = run;
    }
  }
  const bool ipv4_mapped = gap == 0 && gap_size == 5 && groups[5] == 0xFFFF;
  if (ipv4_mapped) return "::ffff:" + ipv4_text(bytes.data() + 12);
  std::string text;
  for (std::size_t i = 0; i < ipv6_groups; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 4> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), groups[i], 16).ptr;
    text.append(digits.begin(), end);
  }
  return text;
}

}  // namespace

std::string Address::to_string() const {
  if (family == Family::ipv4) return ipv4_text(bytes.data()) + ":" + std::to_string(port);
  const std::string zone = scope_id == 0 ? "" : "%" + std::to_string(scope_id);
  return "[" + ipv6_text(bytes) + zone + "]:" + std::to_string(port);
}

std::vector<Address> parse_literal(std::string_view host, std::uint16_t port) {
  Address address;
  address.port = port;
  if (const auto ipv4 = parse_ipv4(host)) {
    std::copy(ipv4->begin(), ipv4->end(), address.bytes.begin());
    return {address};
  }
  address.family = Address::Family::ipv6;
  const std::size_t percent = host.find('%');
  if (percent != std::string_view::npos) {
    // A zone given by an interface's name needs the system's tables: the resolver's matter.
    const auto zone = parse_number<std::uint32_t>(host.substr(percent + 1), UINT32_MAX);
    if (!zone) return {};
    address.scope_id = *zone;
  }
  const auto groups = parse_ipv6(host.substr(0, percent));
  if (!groups) return {};
  for (std::size_t i = 0; i < ipv6_groups; ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>((*groups)[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>((*groups)[i] & 0xFF);
  }
  return {address};
}

}  // namespace barnabas::network
