#include "broker/src/handlers/routes.hpp"

#include "protocol/messages/api_versions.hpp"

#include <cstdint>
#include <string_view>

namespace barnabas::broker {
namespace {

using protocol::ApiVersionsRequest;
using protocol::ApiVersionsResponse;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// [a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?
bool is_software_name(std::string_view name) {
  if (name.empty() || !is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) return false;
  for (const char c : name) {
    if (!is_alphanumeric(c) && c != '-' && c != '.') return false;
  }
  return true;
}

void add(ApiVersionsResponse& response, const protocol::ApiDescriptor& api) {
  ApiVersionsResponse::ApiVersion version;
  version.api_key = static_cast<std::int16_t>(api.key);
  version.min_version = api.advertised.min;
  version.max_version = api.advertised.max;
  response.api_keys.push_back(version);
}

void handle(const ApiVersionsRequest& request, RequestContext& context,
            const Responder<ApiVersionsRequest>& respond) {
  ApiVersionsResponse response;
  const bool named = context.version >= 3;
  if (named && !(is_software_name(request.client_software_name) &&
                 is_software_name(request.client_software_version))) {
    response.error_code = ErrorCode::invalid_request;
  } else {
    for (const ApiRoute& route : context.broker.routes) add(response, *route.api);
    // No features are listed: each stands for an ability (transactions of the second kind, the new
    // group protocols) that is not there.
    response.finalized_features_epoch = 0;
  }
  respond(response);
}

ApiVersionsResponse refuse(const ApiVersionsRequest&, ErrorCode code) {
  ApiVersionsResponse response;
  response.error_code = code;
  return response;
}

// Who asks in a version that we do not know is told in version 0 which ones we do (KIP-511).
Answer refuse_version(const wire::ReceivedRequest& request) {
  ApiVersionsResponse response;
  response.error_code = ErrorCode::unsupported_version;
  add(response, *request.api);
  Result<wire::GatherBuffer> frame = wire::encode_response(response, 0, request.correlation_id);
  return frame ? Answer::send(std::move(*frame)) : Answer::close(frame.error());
}

}  // namespace

ApiRoute api_versions_route() {
  ApiRoute route = route_whole<ApiVersionsRequest, handle, refuse>();
  route.refuse_version = refuse_version;
  return route;
}

}  // namespace barnabas::broker
