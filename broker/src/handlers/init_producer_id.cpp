#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/storage/log_manager.hpp"
#include "protocol/messages/init_producer_id.hpp"

namespace barnabas::broker {
namespace {

using protocol::InitProducerIdRequest;
using protocol::InitProducerIdResponse;

InitProducerIdResponse refuse(const InitProducerIdRequest&, ErrorCode code) {
  InitProducerIdResponse response;
  response.error_code = code;
  response.producer_epoch = -1;
  return response;
}

void handle(const InitProducerIdRequest& request, RequestContext& context,
            const Responder<InitProducerIdRequest>& respond) {
  if (request.transactional_id) {
    // Transactions are not served. Clients take this as final, which retriable codes are not.
    return respond(refuse(request, request.transactional_id->empty()
                                       ? ErrorCode::invalid_request
                                       : ErrorCode::unsupported_version));
  }
  if ((request.producer_id < 0) != (request.producer_epoch < 0)) {
    return respond(refuse(request, ErrorCode::invalid_request));
  }
  // Without a transactional id nothing is remembered of the producer: who asks again, for a new
  // epoch (KIP-360), gets a new id, as from Kafka.
  context.broker.logs.next_producer_id(context.now, [respond](const Result<std::int64_t>& id) {
    InitProducerIdResponse response;
    response.error_code = id ? ErrorCode::none : id.error().code();
    response.producer_id = id ? *id : -1;
    response.producer_epoch = id ? 0 : -1;
    respond(response);
  });
}

}  // namespace

ApiRoute init_producer_id_route() { return route_whole<InitProducerIdRequest, handle, refuse>(); }

}  // namespace barnabas::broker
