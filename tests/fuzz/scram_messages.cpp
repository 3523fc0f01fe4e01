// SCRAM messages: what is accepted keeps its limits, and survives being written and read again.

#include "protocol/sasl/scram_messages.hpp"
#include "fuzz_input.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace barnabas::sasl;
using barnabas::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte says how much of the text the other side's nonce is.
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string_view nonce = text.substr(text.size() < 2 ? 0 : 2, data[0]);
  if (const auto first = parse_scram_client_first(text)) {
    require(parse_scram_client_first(first->to_string()).value() == *first, "client-first again");
    require(text.ends_with(scram_client_first_bare(text)), "what is signed is in the text");
  }
  if (const auto first = parse_scram_server_first(text, nonce)) {
    require(first->nonce.starts_with(nonce) && first->nonce.size() > nonce.size(), "nonce goes on");
    require(first->iterations >= min_scram_iterations && first->iterations <= max_scram_iterations,
            "iterations within their limits");
    require(parse_scram_server_first(first->to_string(), nonce).value() == *first,
            "server-first again");
  }
  const std::string_view given = text.size() < 9 ? text : text.substr(9, data[0]);
  if (const auto final = parse_scram_client_final(text, "n,,", given)) {
    require(final->to_string() == text, "client-final is written as it was read");
    require(text.starts_with(scram_client_final_without_proof(text)), "what is signed is in it");
  }
  if (const auto final = parse_scram_server_final(text)) {
    require(parse_scram_server_final(final->to_string()).value() == *final, "server-final again");
  }
  return 0;
}
