#include "protocol/wire/api_descriptor.hpp"

#include "protocol/messages/descriptors.hpp"

#include <algorithm>

namespace barnabas::protocol {

const ApiDescriptor* find_descriptor(ApiKey key) noexcept {
  const auto* const found =
      std::lower_bound(descriptors.begin(), descriptors.end(), key,
                       [](const ApiDescriptor& api, ApiKey wanted) { return api.key < wanted; });
  return found != descriptors.end() && found->key == key ? found : nullptr;
}

}  // namespace barnabas::protocol
