// Any text as a schema: it is refused with messages, or what it yields is emitted.
// Input: the text.

#include "protocol/schemac/checker.hpp"
#include "protocol/schemac/emit.hpp"
#include "protocol/schemac/parser.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace barnabas;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::string_view text = input.rest().text();
  schemac::Schema schema;
  schemac::Diagnostics diagnostics;
  schemac::parse("x.schema", text, schema, diagnostics);
  if (diagnostics.ok()) schemac::check(schema, diagnostics);
  for (const std::string& message : diagnostics.messages()) {
    fuzz::require(message.starts_with("x.schema:"), "every message has a place");
  }
  if (!diagnostics.ok()) return 0;
  for (const schemac::OutputFile& file : schemac::emit_file(schema, "x")) {
    fuzz::require(!file.content.empty(), "what is emitted has content");
  }
  fuzz::require(schemac::emit_index(schema).size() == 2, "the index is two files");
  fuzz::require(!schemac::emit_facts(schema).empty(), "there are facts");
  fuzz::require(!schemac::emit_docs(schema).empty(), "there are pages");
  return 0;
}
