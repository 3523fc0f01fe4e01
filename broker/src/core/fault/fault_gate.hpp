#pragma once

#include "broker/src/core/connection/answer.hpp"
#include "broker/src/core/fault/fault_decision.hpp"
#include "broker/src/core/request/request_token.hpp"
#include "protocol/base/deadline_queue.hpp"
#include "protocol/base/time.hpp"
#include "protocol/network/frame_reader.hpp"

#include <barnabas/fault.hpp>

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace barnabas::broker {

/// A request that faults keep from being served.
struct HeldRequest {
  RequestToken token;
  network::Frame frame;
  FaultDecision decision;
};

/// What faults hold up: requests on their way in, and answers on their way out.
/// Thread-safety: none.
class FaultGate {
 public:
  /// Keeps a request until its delay is over and no fault holds it.
  void hold(const Now& now, HeldRequest request);
  /// `fault` holds nothing any more.
  void release(FaultId fault);
  /// A held request that may go on, if there is one.
  std::optional<HeldRequest> take_released(const Now& now);

  /// The answer to `token` will be treated as `verdict` says.
  void expect(const RequestToken& token, const Verdict& verdict);
  /// What is to be sent now, if anything, when `token` is answered.
  std::optional<Answer> pass(const Now& now, const RequestToken& token, Answer answer);
  /// A delayed answer whose time has come.
  std::optional<std::pair<RequestToken, Answer>> take_due(const Now& now);

  void connection_closed(network::ConnectionId id);
  std::optional<Instant> next_deadline() const;

 private:
  std::map<RequestToken, HeldRequest> held_;
  DeadlineQueue<RequestToken> releases_;  // of held requests that no fault holds
  std::map<RequestToken, Instant> not_before_;
  std::map<RequestToken, Verdict> verdicts_;
  std::map<RequestToken, Answer> delayed_;
  DeadlineQueue<RequestToken> due_;  // of delayed answers
};

}  // namespace barnabas::broker
