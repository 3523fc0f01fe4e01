#pragma once

#include "broker/src/core/connection/connection_table.hpp"
#include "broker/src/core/fault/fault_gate.hpp"
#include "broker/src/core/fault/fault_table.hpp"
#include "broker/src/core/request/api_route.hpp"

#include <optional>
#include <span>

namespace barnabas::broker {

/// Takes requests from connections to their handlers and answers back, past the faults.
/// A request that cannot be understood closes its connection, once those before it are answered.
/// Thread-safety: none.
class Dispatcher final : public RequestServer, public AnswerSink {
 public:
  /// Lifetime: all arguments outlive the dispatcher.
  Dispatcher(Services& broker, FaultTable& faults, FaultGate& gate);

  /// Where connections are found. Requires: called once, before anything else.
  void attach(ConnectionTable& connections) noexcept { connections_ = &connections; }

  /// Tells the time of what follows, for answers that a fault delays.
  void set_now(const Now& now) noexcept { now_ = now; }
  void serve(const Now& now, Connection& connection, network::Frame frame,
             RequestToken token) override;
  void connection_closed(const Now& now, network::ConnectionId id) override;
  void answer(const RequestToken& token, Answer answer) override;

  std::optional<Instant> next_deadline() const { return gate_.next_deadline(); }
  /// Lets go on what faults do not hold up any longer. True when there was any.
  bool advance(const Now& now);

 private:
  const ApiRoute* find_route(ApiKey key) const;
  FaultDecision decide(const ApiRoute& route, const wire::ReceivedRequest& request, NodeId node);
  void serve_faulty(const Now& now, Connection& connection, network::Frame frame,
                    RequestToken token, const ApiRoute& route,
                    const wire::ReceivedRequest& request);
  void dispatch(const Now& now, Connection& connection, const network::Frame& frame,
                RequestToken token, const ApiRoute& route, const wire::ReceivedRequest& request,
                const FaultDecision* decision);
  void refuse(Connection& connection, const RequestToken& token, Answer answer);

  Services& broker_;
  FaultTable& faults_;
  FaultGate& gate_;
  ConnectionTable* connections_ = nullptr;
  Now now_;  // of the event under way
};

}  // namespace barnabas::broker
