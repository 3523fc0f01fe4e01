#include "protocol/messages/create_acls.hpp"
#include "broker/src/handlers/access_rules.hpp"
#include "broker/src/handlers/routes.hpp"

namespace barnabas::broker {
namespace {

using protocol::CreateAclsRequest;
using protocol::CreateAclsResponse;

CreateAclsResponse refuse(const CreateAclsRequest& request, ErrorCode code) {
  CreateAclsResponse response;
  for (std::size_t i = 0; i < request.creations.size(); ++i) {
    response.results.push_back({code, no_authorizer});
  }
  return response;
}

void handle(const CreateAclsRequest& request, RequestContext&,
            const Responder<CreateAclsRequest>& respond) {
  respond(refuse(request, ErrorCode::security_disabled));
}

}  // namespace

ApiRoute create_acls_route() { return route_whole<CreateAclsRequest, handle, refuse>(); }

}  // namespace barnabas::broker
