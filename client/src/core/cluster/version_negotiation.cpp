#include "client/src/core/cluster/version_negotiation.hpp"

#include "protocol/messages/api_versions.hpp"
#include "protocol/wire/request_frame.hpp"

#include <algorithm>

namespace barnabas::client {

namespace {

using protocol::ApiVersionsRequest;
using protocol::ApiVersionsResponse;

}  // namespace

VersionNegotiation::VersionNegotiation() : version_(ApiVersionsRequest::versions.max) {}

Result<wire::GatherBuffer> VersionNegotiation::request(std::int32_t correlation_id,
                                                       std::string_view client_id,
                                                       std::string_view software_name,
                                                       std::string_view software_version) const {
  ApiVersionsRequest request;
  request.client_software_name = software_name;
  request.client_software_version = software_version;
  return wire::encode_request(request, version_, correlation_id, client_id);
}

Result<std::optional<BrokerVersions>> VersionNegotiation::response(const wire::Reader& body) {
  // Every version begins with the error code; a refusal has the form of version 0 whatever was
  // asked.
  wire::Reader peek = body;
  const auto code = static_cast<ErrorCode>(peek.int16("error_code"));
  if (code == ErrorCode::unsupported_version && version_ > 0) {
    if (Result<void> lower = step_down(body); !lower) return lower.error();
    return std::optional<BrokerVersions>();
  }
  if (code != ErrorCode::none) return Error(code, "ApiVersions");
  Result<ApiVersionsResponse> response = wire::decode_body<ApiVersionsResponse>(body, version_);
  if (!response) return response.error();
  throttle_time_ms_ = response->throttle_time_ms;
  return std::optional(BrokerVersions(*response));
}

Result<void> VersionNegotiation::step_down(const wire::Reader& body) {
  Result<ApiVersionsResponse> refusal = wire::decode_body<ApiVersionsResponse>(body, 0);
  if (!refusal) return refusal.error();
  std::int16_t next = 0;
  for (const auto& api : refusal->api_keys) {
    if (api.api_key == static_cast<std::int16_t>(ApiKey::ApiVersions)) {
      next = std::min<std::int16_t>(api.max_version, static_cast<std::int16_t>(version_ - 1));
    }
  }
  version_ = std::max<std::int16_t>(next, 0);
  return {};
}

}  // namespace barnabas::client
