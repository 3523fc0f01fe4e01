#pragma once

#include "protocol/base/version_range.hpp"

#include <barnabas/api_key.hpp>

#include <cstdint>
#include <string_view>

namespace barnabas::protocol {

using barnabas::ApiKey;

/// Who answers a request.
enum class Route : std::uint8_t {
  any,          ///< Any broker.
  leader,       ///< The leader of each partition in question.
  group,        ///< The coordinator of the group.
  transaction,  ///< The coordinator of the transactional id, or any broker when there is none.
  share,        ///< The coordinator of the share state.
  controller,   ///< The controller; under KRaft any broker forwards it.
  every,        ///< Every broker knows a part of the answer.
  node,         ///< The broker that the request is about.
};

/// The facts about one API that do not depend on its fields.
struct ApiDescriptor {
  ApiKey key;
  std::string_view name;
  VersionRange versions;        ///< What we encode and decode.
  VersionRange advertised;      ///< What ApiVersions lists: wider where old clients look for it.
  std::int16_t first_flexible;  ///< never_flexible: none.
  Route route;
  std::int16_t fixed_response_header;  ///< A response header for all versions, or -1.

  constexpr std::int16_t request_header_version(std::int16_t version) const noexcept {
    return version >= first_flexible ? 2 : 1;
  }
  constexpr std::int16_t response_header_version(std::int16_t version) const noexcept {
    if (fixed_response_header >= 0) return fixed_response_header;
    return version >= first_flexible ? 1 : 0;
  }
};

/// The descriptor of an API that has a schema, else nullptr.
const ApiDescriptor* find_descriptor(ApiKey key) noexcept;

}  // namespace barnabas::protocol
