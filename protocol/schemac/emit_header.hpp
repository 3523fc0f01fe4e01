#pragma once

#include "protocol/schemac/code_writer.hpp"
#include "protocol/schemac/emit.hpp"
#include "protocol/schemac/model.hpp"

#include <string_view>
#include <vector>

namespace barnabas::schemac {

/// A message with the API it belongs to; headers and data have none.
struct MessageOfApi {
  const Message* message = nullptr;
  const Api* api = nullptr;
};

/// <stem>.hpp: the structs.
std::string emit_header(const std::vector<MessageOfApi>& messages, std::string_view schema_name,
                        const EmitOptions& options);

}  // namespace barnabas::schemac
