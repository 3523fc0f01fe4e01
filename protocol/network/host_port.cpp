#include "protocol/network/address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace barnabas::network {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Error malformed(std::string_view text, std::string_view what) {
  std::string context = "\"" + std::string(text) + "\" " + std::string(what);
  return Error(ErrorCode::invalid_argument,
               std::move(context) + "; expected host:port, for example kafka-1:9092 or [::1]:9092");
}

// The name before "://" of a listener, letters, digits and underscores, is not part of the address.
std::string_view without_listener_name(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0) return text;
  const std::string_view name = text.substr(0, end);
  const bool is_name = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return is_name ? text.substr(end + 3) : text;
}

// What no host name contains. Which names exist is for the resolver to say.
bool is_host_character(char c) {
  constexpr std::string_view forbidden = "\"'<>()[]{}\\/@?#,;=%:";
  const auto code = static_cast<unsigned char>(c);
  return code > ' ' && code < 0x7F && forbidden.find(c) == std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || stop != end || error != std::errc()) return std::nullopt;
  return port;
}

bool is_ipv6_literal(std::string_view host) {
  const std::size_t percent = host.find('%');
  if (percent != std::string_view::npos) {
    // A zone may be an interface's name, which only the resolver knows.
    const std::string_view zone = host.substr(percent + 1);
    if (zone.empty() || !std::all_of(zone.begin(), zone.end(), is_host_character)) return false;
  }
  const std::vector<Address> address = parse_literal(host.substr(0, percent), 0);
  return !address.empty() && address.front().family == Address::Family::ipv6;
}

}  // namespace

std::string HostPort::to_string() const {
  const bool bare_ipv6 = host.find(':') != std::string::npos;
  return (bare_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port) {
  const std::string_view address = without_listener_name(trim(text));
  std::string_view host = address;
  std::string_view port_text;
  bool has_port = false;
  if (!address.empty() && address.front() == '[') {
    const std::size_t close = address.find(']');
    if (close == std::string_view::npos) return malformed(text, "lacks the closing bracket");
    host = address.substr(1, close - 1);
    if (!is_ipv6_literal(host)) return malformed(text, "has no IPv6 address in its brackets");
    const std::string_view rest = address.substr(close + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') return malformed(text, "goes on after the bracket");
    if (has_port) port_text = rest.substr(1);
  } else if (std::count(address.begin(), address.end(), ':') > 1) {
    if (!is_ipv6_literal(host)) return malformed(text, "is neither host:port nor an IPv6 address");
  } else {
    const std::size_t colon = address.find(':');
    host = address.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port_text = address.substr(colon + 1);
    if (host.empty()) return malformed(text, "names no host");
    if (!std::all_of(host.begin(), host.end(), is_host_character)) {
      return malformed(text, "contains a character that no host name has");
    }
  }
  const std::optional<std::uint16_t> port = has_port ? parse_port(port_text) : default_port;
  if (!port) return malformed(text, "has a port that is not a number from 0 to 65535");
  return HostPort{std::string(host), *port};
}

Result<std::vector<HostPort>> parse_host_port_list(std::string_view text,
                                                   std::uint16_t default_port) {
  std::vector<HostPort> list;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view element = trim(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (element.empty()) continue;
    Result<HostPort> parsed = parse_host_port(element, default_port);
    if (!parsed) return std::move(parsed).error();
    list.push_back(*std::move(parsed));
  }
  if (list.empty()) return malformed(text, "names no address");
  return list;
}

}  // namespace barnabas::network
