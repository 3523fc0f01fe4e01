// Addresses as people write them: whatever is accepted survives being written and read again.

#include "protocol/network/address.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace barnabas::network;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto parsed = parse_host_port(text)) {
    if (parse_host_port(parsed->to_string()).value() != *parsed) std::abort();
  }
  if (const auto list = parse_host_port_list(text)) {
    if (list->empty()) std::abort();
  }
  const std::vector<Address> literal = parse_literal(text, 9092);
  if (!literal.empty()) {
    const HostPort again = parse_host_port(literal.front().to_string()).value();
    if (parse_literal(again.host, again.port) != literal) std::abort();
  }
  return 0;
}
