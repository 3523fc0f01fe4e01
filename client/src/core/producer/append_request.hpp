#pragma once

#include "client/src/core/producer/append_clock.hpp"
#include "client/src/core/producer/delivery_report.hpp"
#include "protocol/records/record.hpp"

#include <barnabas/error.hpp>
#include <barnabas/record.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace barnabas::client {

/// One record on its way into a batch.
struct AppendRequest {
  const RecordView& record;
  DeliveryReport& report;
  const AppendClock& clock;
};

/// What became of an attempt to append.
struct AppendResult {
  enum class Status : std::uint8_t {
    accepted,   ///< Its outcome comes by the report.
    no_memory,  ///< Nothing has changed; try again when there is room.
    refused,    ///< For the reason in `error`; nothing has changed.
  };

  /*implicit*/ AppendResult(Status append_status) noexcept : status(append_status) {}
  /*implicit*/ AppendResult(Error reason)
      : status(Status::refused), reason_(std::make_unique<Error>(std::move(reason))) {}

  /// ok() unless it was refused.
  Error error() const { return reason_ ? *reason_ : Error(); }

  Status status;

 private:
  std::unique_ptr<Error> reason_;  // apart, so that what is accepted costs nothing to return
};

}  // namespace barnabas::client
