#pragma once

#include "broker/src/core/request/api_route.hpp"

#include <barnabas/api_key.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace barnabas::test {

/// The router table as a release of Kafka would have it that knew no more than certain versions.
class OldBroker {
 public:
  /// 0: all versions that there are; 1 to `releases`: older the smaller.
  static constexpr std::int64_t releases = 4;

  explicit OldBroker(std::int64_t release);

  std::span<const broker::ApiRoute> routes() const noexcept { return routes_; }
  /// The last version it serves; none for what it does not limit.
  std::optional<std::int16_t> last_version(ApiKey api) const;

 private:
  std::int64_t release_;
  std::vector<protocol::ApiDescriptor> apis_;
  std::vector<broker::ApiRoute> routes_;
};

/// Whether the release knows the codec zstd, whether it tells consumers that a log was truncated
/// (KIP-320), whether it knows static members, and whether it tells one that comes back that it
/// leads (KIP-814).
bool release_has_zstd(std::int64_t release);
bool release_has_epochs(std::int64_t release);
bool release_has_static_members(std::int64_t release);
bool release_tells_leaders(std::int64_t release);

}  // namespace barnabas::test
