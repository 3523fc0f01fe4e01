#pragma once

#include "protocol/schemac/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace barnabas::schemac {

struct EmitOptions {
  bool unstable = false;  // Treat unstable versions like the others.
};

struct OutputFile {
  std::string name;  // Below the output folder.
  std::string content;
};

/// The C++ for what one schema file declares. `stem` names the file and what is emitted for its
/// messages: <stem>.hpp and <stem>.cpp. Errors yield error_table.hpp, keys api_key_table.hpp.
/// For messages there is also <stem>_types.cpp, which makes them accessible without their headers.
std::vector<OutputFile> emit_file(const Schema& schema, std::string_view stem,
                                  const EmitOptions& options = {});

/// What needs all schemas: descriptors.hpp with the APIs, and message_types.cpp with the table of
/// all messages for tests and tools.
std::vector<OutputFile> emit_index(const Schema& schema, const EmitOptions& options = {});

/// All that the schemas say but their prose, as one JSON document, to be compared with other
/// people's.
std::string emit_facts(const Schema& schema);

/// Pages for people in Markdown: README.md, one for each API, for each file of other messages, and
/// errors.md.
std::vector<OutputFile> emit_docs(const Schema& schema);

}  // namespace barnabas::schemac
