#include "broker/src/core/request/dispatcher.hpp"

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/fetch/delayed_fetches.hpp"

#include <string>
#include <utility>

namespace barnabas::broker {
namespace {

Error unsupported(const wire::ReceivedRequest& request) {
  return {ErrorCode::unsupported_version, std::string(request.api->name) + " version " +
                                              std::to_string(request.version) +
                                              " is not served here"};
}

}  // namespace

Dispatcher::Dispatcher(Services& broker, FaultTable& faults, FaultGate& gate)
    : broker_(broker), faults_(faults), gate_(gate) {}

const ApiRoute* Dispatcher::find_route(ApiKey key) const {
  for (const ApiRoute& route : broker_.routes) {
    if (route.api->key == key) return &route;
  }
  return nullptr;
}

void Dispatcher::refuse(Connection& connection, const RequestToken& token, Answer answer) {
  if (answer.disconnect) connection.end();
  connections_->answer(token, std::move(answer));
}

void Dispatcher::serve(const Now& now, Connection& connection, network::Frame frame,
                       RequestToken token) {
  const Result<wire::ReceivedRequest> request = wire::decode_request_header(frame.bytes);
  if (!request) return refuse(connection, token, Answer::close(request.error()));
  connection.set_client_id(request->client_id.value_or(""));
  const ApiRoute* route = find_route(request->api->key);
  if (!route) return refuse(connection, token, Answer::close(unsupported(*request)));
  if (!route->api->versions.contains(request->version)) {
    return refuse(connection, token,
                  route->refuse_version ? route->refuse_version(*request)
                                        : Answer::close(unsupported(*request)));
  }
  if (faults_.concerns(request->api->key)) {
    serve_faulty(now, connection, std::move(frame), token, *route, *request);
  } else {
    dispatch(now, connection, frame, token, *route, *request, nullptr);
  }
}

void Dispatcher::serve_faulty(const Now& now, Connection& connection, network::Frame frame,
                              RequestToken token, const ApiRoute& route,
                              const wire::ReceivedRequest& request) {
  const std::optional<ListenerPlace> place = broker_.cluster.place_of(connection.peer().listener);
  FaultDecision decision = decide(route, request, place ? place->node : no_node);
  if (decision.verdict.drop_request) return;  // open for ever: the connection falls silent
  if (decision.verdict.disconnect_before) return refuse(connection, token, Answer::close());
  if (decision.verdict.hold || decision.verdict.delay.count() > 0) {
    connection.hold();
    gate_.hold(now, {token, std::move(frame), std::move(decision)});
    return;
  }
  dispatch(now, connection, frame, token, route, request, &decision);
}

FaultDecision Dispatcher::decide(const ApiRoute& route, const wire::ReceivedRequest& request,
                                 NodeId node) {
  std::string text;
  route.print(request, text);
  RequestInfo info;
  info.api = request.api->key;
  info.version = request.version;
  info.correlation_id = request.correlation_id;
  info.node_id = node;
  info.client_id = request.client_id.value_or("");
  if (route.partitions) info.partitions = route.partitions(request, broker_);
  info.text = text;
  return faults_.decide(info);
}

void Dispatcher::dispatch(const Now& now, Connection& connection, const network::Frame& frame,
                          RequestToken token, const ApiRoute& route,
                          const wire::ReceivedRequest& request, const FaultDecision* decision) {
  const std::optional<ListenerPlace> place = broker_.cluster.place_of(connection.peer().listener);
  RequestContext context{now,
                         broker_,
                         frame,
                         connection.peer().address,
                         request.client_id.value_or(""),
                         token,
                         request.version,
                         place ? place->node : no_node,
                         place ? place->index : 0,
                         decision};
  if (decision) gate_.expect(token, decision->verdict);
  if (route.holds_back_later) connection.hold_until_answered(token.sequence);
  if (decision && decision->verdict.error && route.refuse) {
    route.refuse(request, context, *this, *decision->verdict.error);
  } else {
    route.handle(request, context, *this);
  }
}

void Dispatcher::answer(const RequestToken& token, Answer answer) {
  connections_->handled(token);
  std::optional<Answer> passed = gate_.pass(now_, token, std::move(answer));
  if (!passed) return;
  if (passed->disconnect) {
    if (Connection* connection = connections_->find(token.connection)) connection->end();
  }
  connections_->answer(token, std::move(*passed));
}

void Dispatcher::connection_closed(const Now&, network::ConnectionId id) {
  gate_.connection_closed(id);
  broker_.delayed_fetches.connection_closed(id);
}

bool Dispatcher::advance(const Now& now) {
  bool any = false;
  while (std::optional<HeldRequest> held = gate_.take_released(now)) {
    any = true;
    Connection* connection = connections_->find(held->token.connection);
    if (!connection) continue;
    // The same bytes were parsed before, so this goes well.
    const Result<wire::ReceivedRequest> request = wire::decode_request_header(held->frame.bytes);
    if (!request) continue;
    connections_->release(held->token.connection);
    dispatch(now, *connection, held->frame, held->token, *find_route(request->api->key), *request,
             &held->decision);
  }
  while (std::optional<std::pair<RequestToken, Answer>> due = gate_.take_due(now)) {
    any = true;
    connections_->answer(due->first, std::move(due->second));
  }
  return any;
}

}  // namespace barnabas::broker
