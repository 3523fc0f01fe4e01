#pragma once

#include "client/src/io/driver.hpp"
#include "client/src/io/loop_binding.hpp"
#include "protocol/transport/event_loop.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

namespace barnabas::client {

/// Runs all its engines on one thread, "barnabas-io", which starts with the first of them.
class ThreadedDriver final : public Driver {
 public:
  ThreadedDriver();
  /// Ends the thread and waits for it, unless this is that thread: then it ends on its own.
  ~ThreadedDriver() override;

  Now now() const override;
  Timestamp quick_wall() const override;
  std::uint64_t new_seed() override;
  Result<std::unique_ptr<EngineBinding>> bind(std::mutex& mutex,
                                              const network::SocketBuffers& buffers) override;
  bool on_loop_thread() const noexcept override;
  bool usable() const noexcept override;

 private:
  Result<void> start();

  const std::uint64_t owner_;  // process_generation()
  Error failure_;              // of making the loop
  std::shared_ptr<transport::EventLoop> loop_;
  std::shared_ptr<WaitMode> mode_;
  std::mutex start_mutex_;
  std::thread thread_;  // guarded by start_mutex_ until the destructor
};

}  // namespace barnabas::client
