#pragma once

#include "client/src/core/producer/append_clock.hpp"
#include "client/src/core/producer/delivery_report.hpp"
#include "protocol/records/record.hpp"

#include <barnabas/error.hpp>
#include <barnabas/record.hpp>

#include <cstdint>
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

  AppendResult(Status append_status) : status(append_status) {}
  AppendResult(Error reason) : status(Status::refused), error(std::move(reason)) {}

  Status status;
  Error error;
};

}  // namespace barnabas::client
