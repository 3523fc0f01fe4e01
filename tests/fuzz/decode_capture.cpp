// What `barnabas decode` is given: capture files and hex dumps from anywhere.

#include "tests/fuzz/fuzz_input.hpp"
#include "tools/barnabas/decode/capture_decoder.hpp"
#include "tools/barnabas/decode/hex_dump.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace barnabas;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const BytesView bytes = input.rest();
  if (tools::looks_like_text(bytes.text())) {
    const Result<std::string> parsed = tools::parse_hex_dump(bytes.text());
    fuzz::require(!parsed || parsed->size() <= size, "two digits a byte");
    return 0;
  }
  std::size_t messages = 0;
  const auto remarks =
      tools::decode_capture(bytes, 0, {}, [&messages](const std::string&) { ++messages; });
  fuzz::require(remarks || !remarks.error().ok(), "an error says so");
  fuzz::require(messages <= size, "a message takes bytes");
  return 0;
}
