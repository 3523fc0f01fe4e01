#pragma once

#include "client/src/core/producer/append_clock.hpp"
#include "client/src/core/producer/delivery_report.hpp"
#include "protocol/records/record.hpp"

#include <barnabas/record.hpp>

namespace barnabas::client {

/// One record on its way into a batch.
struct AppendRequest {
  enum class From : bool { sender, engine };

  const RecordView& record;
  DeliveryReport& report;
  const AppendClock& clock;
  From from = From::sender;  ///< Which thread this is: the engine's has its lock.
};

}  // namespace barnabas::client
