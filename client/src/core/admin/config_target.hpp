#pragma once

#include "client/src/core/admin/gather.hpp"
#include "client/src/core/cluster/request.hpp"

#include <barnabas/admin/config_resource.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <map>
#include <vector>

namespace barnabas::client {

/// Who knows and changes the settings of a resource: one broker its own, any broker (no_node) all
/// others. Errors: invalid_argument when a broker's name is not a number.
Result<NodeId> config_node(const ConfigResource& resource);

/// The items of an operation by the node that each must go to. Items without one get their error.
template <class T>
std::map<NodeId, std::vector<std::size_t>> by_config_node(Gather<ConfigResource, T>& gather) {
  std::map<NodeId, std::vector<std::size_t>> parts;
  const std::size_t count = gather.keys().size();
  for (std::size_t index = 0; index < count; ++index) {
    const Result<NodeId> node = config_node(gather.key(index));
    if (node) {
      parts[*node].push_back(index);
    } else {
      gather.set(index, node.error());
    }
  }
  return parts;
}

}  // namespace barnabas::client
