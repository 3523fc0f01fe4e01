#include "protocol/messages/delete_acls.hpp"
#include "broker/src/handlers/access_rules.hpp"
#include "broker/src/handlers/routes.hpp"

namespace barnabas::broker {
namespace {

using protocol::DeleteAclsRequest;
using protocol::DeleteAclsResponse;

DeleteAclsResponse refuse(const DeleteAclsRequest& request, ErrorCode code) {
  DeleteAclsResponse response;
  for (std::size_t i = 0; i < request.filters.size(); ++i) {
    auto& result = response.filter_results.emplace_back();
    result.error_code = code;
    result.error_message = no_authorizer;
  }
  return response;
}

void handle(const DeleteAclsRequest& request, RequestContext&,
            const Responder<DeleteAclsRequest>& respond) {
  respond(refuse(request, ErrorCode::security_disabled));
}

}  // namespace

ApiRoute delete_acls_route() { return route_whole<DeleteAclsRequest, handle, refuse>(); }

}  // namespace barnabas::broker
