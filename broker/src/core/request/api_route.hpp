#pragma once

#include "broker/src/core/request/request_context.hpp"
#include "broker/src/core/request/responder.hpp"
#include "protocol/wire/api_descriptor.hpp"
#include "protocol/wire/request_frame.hpp"

#include <barnabas/topic_partition.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace barnabas::broker {

/// How one API is served: a row of the router table. The functions decode the body themselves and
/// close the connection when it cannot be decoded, as Kafka does.
struct ApiRoute {
  const protocol::ApiDescriptor* api = nullptr;
  /// Serves the request.
  void (*handle)(const wire::ReceivedRequest&, RequestContext&, AnswerSink&) = nullptr;
  /// Answers everything that the request asks with an error, for fault injection. Null: `handle`
  /// asks RequestContext::injected_error about each item instead.
  void (*refuse)(const wire::ReceivedRequest&, RequestContext&, AnswerSink&, ErrorCode) = nullptr;
  /// What the request names, for faults and observers; topics have the partition -1. May be null.
  std::vector<TopicPartition> (*partitions)(const wire::ReceivedRequest&,
                                            const Services&) = nullptr;
  /// The request in one line.
  void (*print)(const wire::ReceivedRequest&, std::string&) = nullptr;
  /// Answers a version that is not served. Null: the connection is closed.
  Answer (*refuse_version)(const wire::ReceivedRequest&) = nullptr;
  /// Later requests of the connection are not looked at before this one is answered, so that they
  /// see what it changed, as Kafka promises of all requests. Only those need it that change what
  /// others read; Produce does not, because its pipelining is the point of it.
  bool holds_back_later = false;
};

/// What a row is made of, typed, so that a name that is overloaded for several requests will do.
template <class Request>
using RequestHandler = void (*)(const Request&, RequestContext&, const Responder<Request>&);
template <class Request>
using RequestRefusal = typename Request::Response (*)(const Request&, ErrorCode);
template <class Request>
using PartitionList = std::vector<TopicPartition> (*)(const Request&, const Services&);

namespace detail {

template <class Request>
Responder<Request> responder_for(const wire::ReceivedRequest& received,
                                 const RequestContext& context, AnswerSink& sink) {
  const std::int64_t throttle = context.faults ? context.faults->verdict.throttle.count() : 0;
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return {sink, context.token, received.version, received.correlation_id,
          static_cast<std::int32_t>(std::clamp<std::int64_t>(throttle, 0, most))};
}

template <class Request, RequestHandler<Request> handler>
void handle(const wire::ReceivedRequest& received, RequestContext& context, AnswerSink& sink) {
  const Responder<Request> respond = responder_for<Request>(received, context, sink);
  const Result<Request> request = wire::decode_body<Request>(received.body, received.version);
  request ? handler(*request, context, respond) : respond.close(request.error());
}

template <class Request, RequestRefusal<Request> refusal>
void refuse(const wire::ReceivedRequest& received, RequestContext& context, AnswerSink& sink,
            ErrorCode code) {
  const Responder<Request> respond = responder_for<Request>(received, context, sink);
  const Result<Request> request = wire::decode_body<Request>(received.body, received.version);
  request ? respond(refusal(*request, code)) : respond.close(request.error());
}

template <class Request, PartitionList<Request> list>
std::vector<TopicPartition> partitions(const wire::ReceivedRequest& received,
                                       const Services& broker) {
  const Result<Request> request = wire::decode_body<Request>(received.body, received.version);
  return request ? list(*request, broker) : std::vector<TopicPartition>();
}

template <class Request>
void print(const wire::ReceivedRequest& received, std::string& out) {
  const Result<Request> request = wire::decode_body<Request>(received.body, received.version);
  if (request) request->print(out);
}

}  // namespace detail

/// The row of an API whose items are refused one by one.
template <class Request, RequestHandler<Request> handler, PartitionList<Request> list>
ApiRoute route_by_item() {
  ApiRoute route;
  route.api = protocol::find_descriptor(Request::api_key);
  route.handle = &detail::handle<Request, handler>;
  route.partitions = &detail::partitions<Request, list>;
  route.print = &detail::print<Request>;
  return route;
}

/// The row of an API that is refused as a whole.
template <class Request, RequestHandler<Request> handler, RequestRefusal<Request> refusal>
ApiRoute route_whole() {
  ApiRoute route;
  route.api = protocol::find_descriptor(Request::api_key);
  route.handle = &detail::handle<Request, handler>;
  route.refuse = &detail::refuse<Request, refusal>;
  route.print = &detail::print<Request>;
  return route;
}

}  // namespace barnabas::broker
