#include <barnabas/runtime.hpp>

#include "client/src/io/manual_driver.hpp"
#include "client/src/io/threaded_driver.hpp"

#include <utility>

namespace barnabas {

Runtime::Runtime() : driver_(std::make_shared<client::ThreadedDriver>()) {}

Runtime::Runtime(Manual) : driver_(std::make_shared<client::ManualDriver>()) {}

Runtime::Runtime(std::shared_ptr<client::Driver> driver) noexcept : driver_(std::move(driver)) {}

Runtime::~Runtime() = default;

int Runtime::native_handle() const noexcept { return driver_->native_handle(); }

void Runtime::run_ready() { driver_->run_ready(); }

std::optional<std::chrono::steady_clock::time_point> Runtime::next_deadline() const {
  return driver_->next_deadline();
}

}  // namespace barnabas
