#include "client/src/io/manual_driver.hpp"

#include "client/src/io/loop_turns.hpp"
#include "client/src/io/process.hpp"

#include <utility>

namespace barnabas::client {

ManualDriver::ManualDriver() : owner_(process_generation()) {
  Result<std::unique_ptr<transport::EventLoop>> loop = transport::EventLoop::create();
  if (!loop) {
    failure_ = loop.error();
    return;
  }
  loop_ = *std::move(loop);
  turns_ = std::make_shared<LoopTurns>(loop_);
}

Now ManualDriver::now() const { return transport::SystemClock::instance().now(); }
Timestamp ManualDriver::quick_wall() const { return transport::SystemClock::system_quick_wall(); }

std::uint64_t ManualDriver::new_seed() { return unpredictable_seed(); }

Result<std::unique_ptr<EngineBinding>> ManualDriver::bind(std::mutex& mutex,
                                                          const network::SocketBuffers& buffers) {
  if (!usable()) return used_after_fork();
  if (!failure_.ok()) return failure_;
  return std::unique_ptr<EngineBinding>(
      std::make_unique<LoopBinding>(loop_, turns_, mutex, buffers));
}

bool ManualDriver::on_loop_thread() const noexcept {
  return loop_ != nullptr && loop_->on_loop_thread();
}

bool ManualDriver::usable() const noexcept { return process_generation() == owner_; }

int ManualDriver::native_handle() const noexcept {
  return loop_ != nullptr ? loop_->native_handle() : -1;
}

void ManualDriver::run_ready() {
  // Held here: a callback may let go of the Runtime and of all clients.
  const std::shared_ptr<LoopTurns> turns = turns_;
  if (turns != nullptr && usable()) turns->run_ready();
}

std::optional<Instant> ManualDriver::next_deadline() const {
  return loop_ != nullptr ? loop_->next_deadline() : std::nullopt;
}

}  // namespace barnabas::client
