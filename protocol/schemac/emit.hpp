#pragma once

#include "protocol/schemac/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace barnabas::schemac {

struct OutputFile {
  std::string name;  // Below the output folder.
  std::string content;
};

/// The C++ for what one schema file declares. `stem` names the file and what is emitted for its
/// messages: <stem>.hpp and <stem>.cpp. Errors yield error_table.hpp, keys api_key_table.hpp.
std::vector<OutputFile> emit_file(const Schema& schema, std::string_view stem);

/// What needs all schemas: descriptors.hpp, descriptors.cpp, and all_messages.hpp for tests and
/// tools. `stems` are the files with messages.
std::vector<OutputFile> emit_index(const Schema& schema, const std::vector<std::string>& stems);

}  // namespace barnabas::schemac
