#pragma once

#include "broker/src/core/request/responder.hpp"
#include "protocol/messages/produce.hpp"

#include <barnabas/error_code.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas::broker {

/// A Produce whose answer waits for its batches to be stored.
struct PendingProduce {
  explicit PendingProduce(const Responder<protocol::ProduceRequest>& responder)
      : respond(responder) {}

  Responder<protocol::ProduceRequest> respond;
  protocol::ProduceResponse response;
  std::list<std::string> texts;       ///< What error messages in the response view.
  std::shared_ptr<const void> frame;  ///< What topic names in the response view.
  std::size_t unstored = 0;           ///< Batches that are not stored yet.

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

}  // namespace barnabas::broker
