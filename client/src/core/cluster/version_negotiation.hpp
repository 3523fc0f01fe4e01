#pragma once

#include "client/src/core/cluster/broker_versions.hpp"
#include "protocol/wire/gather_buffer.hpp"
#include "protocol/wire/reader.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace barnabas::client {

/// The first exchange on every connection: ApiVersions at our highest version, and at a lower one
/// when the broker does not know that (KIP-511).
class VersionNegotiation {
 public:
  VersionNegotiation();

  std::int16_t version() const noexcept { return version_; }
  Result<wire::GatherBuffer> request(std::int32_t correlation_id, std::string_view client_id,
                                     std::string_view software_name,
                                     std::string_view software_version) const;
  /// Takes the response's body. Nothing: ask again, version() is lower now.
  /// Errors: malformed_message, or the broker's error.
  Result<std::optional<BrokerVersions>> response(const wire::Reader& body);
  /// How long the broker wants to be left in peace before anything else is asked (KIP-219).
  std::int32_t throttle_time_ms() const noexcept { return throttle_time_ms_; }

 private:
  Result<void> step_down(const wire::Reader& body);

  std::int16_t version_;
  std::int32_t throttle_time_ms_ = 0;
};

}  // namespace barnabas::client
