#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/storage/log_manager.hpp"
#include "broker/src/handlers/authorized_operations.hpp"
#include "protocol/messages/describe_cluster.hpp"

#include <string>

namespace barnabas::broker {
namespace {

using protocol::DescribeClusterRequest;
using protocol::DescribeClusterResponse;

constexpr std::int8_t brokers_endpoint = 1;
constexpr std::int8_t controllers_endpoint = 2;

DescribeClusterResponse refuse(const DescribeClusterRequest&, ErrorCode code) {
  DescribeClusterResponse response;
  response.error_code = code;
  return response;
}

void add_brokers(DescribeClusterResponse& response, const DescribeClusterRequest& request,
                 const RequestContext& context) {
  const Cluster& cluster = context.broker.cluster;
  for (const Node& node : cluster.nodes()) {
    const bool shown = node.running || request.include_fenced_brokers;
    if (!shown || node.advertised.empty()) continue;
    const network::HostPort& address = cluster.address_of(node, context.listener);
    DescribeClusterResponse::DescribeClusterBroker broker;
    broker.broker_id = node.id;
    broker.host = address.host;
    broker.port = address.port;
    if (!cluster.rack().empty()) broker.rack = cluster.rack();
    broker.is_fenced = !node.running;
    response.brokers.push_back(broker);
  }
}

void handle(const DescribeClusterRequest& request, RequestContext& context,
            const Responder<DescribeClusterRequest>& respond) {
  if (request.endpoint_type != brokers_endpoint) {
    DescribeClusterResponse response = refuse(request, request.endpoint_type == controllers_endpoint
                                                           ? ErrorCode::mismatched_endpoint_type
                                                           : ErrorCode::unsupported_endpoint_type);
    response.error_message = "only brokers can be asked for here";
    return respond(response);
  }
  DescribeClusterResponse response;
  const std::string cluster_id = context.broker.logs.cluster_id().to_string();
  response.cluster_id = cluster_id;
  response.controller_id = context.broker.cluster.controller();
  add_brokers(response, request, context);
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations;
  }
  respond(response);
}

}  // namespace

ApiRoute describe_cluster_route() { return route_whole<DescribeClusterRequest, handle, refuse>(); }

}  // namespace barnabas::broker
