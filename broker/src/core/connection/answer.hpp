#pragma once

#include "protocol/wire/gather_buffer.hpp"

#include <barnabas/error.hpp>

#include <optional>
#include <utility>

namespace barnabas::broker {

/// How a request ends, once the answers before it are out.
struct Answer {
  /// Bytes to send; empty for requests without a response (Produce with acks=0).
  wire::GatherBuffer frame;
  /// Close the connection afterwards.
  bool disconnect = false;
  /// Why, for the log, when it is the peer's fault.
  Error reason;

  static Answer send(wire::GatherBuffer frame) {
    Answer answer;
    answer.frame = std::move(frame);
    return answer;
  }
  static Answer nothing() { return {}; }
  static Answer close(Error reason = {}) {
    Answer answer;
    answer.disconnect = true;
    answer.reason = std::move(reason);
    return answer;
  }
};

}  // namespace barnabas::broker
