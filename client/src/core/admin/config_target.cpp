#include "client/src/core/admin/config_target.hpp"

#include <charconv>

namespace barnabas::client {

Result<NodeId> config_node(const ConfigResource& resource) {
  const bool of_a_broker = resource.type() == ConfigResource::Type::broker ||
                           resource.type() == ConfigResource::Type::broker_logger;
  if (!of_a_broker || resource.name().empty()) return no_node;
  NodeId id = no_node;
  const char* end = resource.name().data() + resource.name().size();
  const auto parsed = std::from_chars(resource.name().data(), end, id);
  if (parsed.ec != std::errc() || parsed.ptr != end || id < 0) {
    return Error(ErrorCode::invalid_argument, to_string(resource) + ": expected a broker's id");
  }
  return id;
}

}  // namespace barnabas::client
