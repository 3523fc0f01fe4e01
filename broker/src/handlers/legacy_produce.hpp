#pragma once

#include "broker/src/core/connection/answer.hpp"
#include "protocol/wire/request_frame.hpp"

namespace barnabas::broker {

/// Produce versions 0 to 2, which are advertised because old clients look for them, carry records
/// that nobody stores any more: every partition is answered with unsupported_version, in the form
/// of that version. With acks=0, and when the body cannot be decoded, the connection is closed.
Answer refuse_legacy_produce(const wire::ReceivedRequest& request);

}  // namespace barnabas::broker
