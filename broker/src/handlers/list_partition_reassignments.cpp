#include "broker/src/handlers/routes.hpp"

#include "protocol/messages/list_partition_reassignments.hpp"

namespace barnabas::broker {
namespace {

using protocol::ListPartitionReassignmentsRequest;
using protocol::ListPartitionReassignmentsResponse;

// Partitions have one replica each, and none ever moves.
void handle(const ListPartitionReassignmentsRequest&, RequestContext&,
            const Responder<ListPartitionReassignmentsRequest>& respond) {
  respond(ListPartitionReassignmentsResponse());
}

ListPartitionReassignmentsResponse refuse(const ListPartitionReassignmentsRequest&,
                                          ErrorCode code) {
  ListPartitionReassignmentsResponse response;
  response.error_code = code;
  return response;
}

}  // namespace

ApiRoute list_partition_reassignments_route() {
  return route_whole<ListPartitionReassignmentsRequest, handle, refuse>();
}

}  // namespace barnabas::broker
