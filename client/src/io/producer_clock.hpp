#pragma once

#include "client/src/core/producer/append_clock.hpp"
#include "client/src/io/driver.hpp"

#include <memory>
#include <utility>

namespace barnabas::client {

/// The clocks of a driver, for sending threads.
class ProducerClock final : public AppendClock {
 public:
  explicit ProducerClock(std::shared_ptr<Driver> driver) : driver_(std::move(driver)) {}

  Now now() const override { return driver_->now(); }
  Timestamp quick_wall() const override { return driver_->quick_wall(); }

 private:
  std::shared_ptr<Driver> driver_;
};

}  // namespace barnabas::client
