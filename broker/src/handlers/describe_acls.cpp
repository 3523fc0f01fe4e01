#include "protocol/messages/describe_acls.hpp"
#include "broker/src/handlers/access_rules.hpp"
#include "broker/src/handlers/routes.hpp"

namespace barnabas::broker {
namespace {

using protocol::DescribeAclsRequest;
using protocol::DescribeAclsResponse;

DescribeAclsResponse refuse(const DescribeAclsRequest&, ErrorCode code) {
  DescribeAclsResponse response;
  response.error_code = code;
  response.error_message = no_authorizer;
  return response;
}

void handle(const DescribeAclsRequest& request, RequestContext&,
            const Responder<DescribeAclsRequest>& respond) {
  respond(refuse(request, ErrorCode::security_disabled));
}

}  // namespace

ApiRoute describe_acls_route() { return route_whole<DescribeAclsRequest, handle, refuse>(); }

}  // namespace barnabas::broker
