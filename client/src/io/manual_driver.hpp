#pragma once

#include "client/src/io/driver.hpp"
#include "client/src/io/loop_binding.hpp"
#include "protocol/transport/event_loop.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace barnabas::client {

class LoopTurns;

/// Has no thread: the loop is run by the application's `run_ready` and by threads that wait.
class ManualDriver final : public Driver {
 public:
  ManualDriver();

  Now now() const override;
  Timestamp quick_wall() const override;
  std::uint64_t new_seed() override;
  Result<std::unique_ptr<EngineBinding>> bind(std::mutex& mutex,
                                              const network::SocketBuffers& buffers) override;
  bool on_loop_thread() const noexcept override;
  bool usable() const noexcept override;
  bool is_manual() const noexcept override { return true; }
  int native_handle() const noexcept override;
  void run_ready() override;
  std::optional<Instant> next_deadline() const override;

 private:
  const std::uint64_t owner_;  // process_generation()
  Error failure_;              // of making the loop
  std::shared_ptr<transport::EventLoop> loop_;
  std::shared_ptr<LoopTurns> turns_;
};

}  // namespace barnabas::client
