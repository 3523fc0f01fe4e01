#include "client/src/io/threaded_driver.hpp"

#include "client/src/io/process.hpp"
#include "protocol/transport/io_thread.hpp"

#include <memory>
#include <utility>

namespace barnabas::client {
namespace {

class SleepingWait final : public WaitMode {
 public:
  void wait(std::unique_lock<std::mutex>& lock, Waiter& waiter, Instant deadline) override {
    waiter.changed->wait_until(lock, deadline, [&] { return waiter.due; });
  }
  void wake(std::condition_variable& changed) override { changed.notify_one(); }
};

}  // namespace

ThreadedDriver::ThreadedDriver()
    : owner_(process_generation()), mode_(std::make_shared<SleepingWait>()) {
  Result<std::unique_ptr<transport::EventLoop>> loop = transport::EventLoop::create();
  if (loop) {
    loop_ = *std::move(loop);
  } else {
    failure_ = loop.error();
  }
}

ThreadedDriver::~ThreadedDriver() {
  if (!thread_.joinable()) return;
  if (!usable()) {
    // A child of fork has no such thread, neither to wait for nor to detach: it is forgotten.
    std::construct_at(&thread_);
    return;
  }
  loop_->stop();
  if (on_loop_thread()) {
    thread_.detach();  // it holds the loop until it has left it
  } else {
    thread_.join();
  }
}

Now ThreadedDriver::now() const { return transport::SystemClock::instance().now(); }
Timestamp ThreadedDriver::quick_wall() const { return transport::SystemClock::system_quick_wall(); }

std::uint64_t ThreadedDriver::new_seed() { return unpredictable_seed(); }

Result<std::unique_ptr<EngineBinding>> ThreadedDriver::bind(std::mutex& mutex,
                                                            const network::SocketBuffers& buffers) {
  if (!usable()) return used_after_fork();
  if (const Result<void> started = start(); !started) return started.error();
  return std::unique_ptr<EngineBinding>(
      std::make_unique<LoopBinding>(loop_, mode_, mutex, buffers));
}

Result<void> ThreadedDriver::start() {
  if (!failure_.ok()) return failure_;
  const std::lock_guard lock(start_mutex_);
  if (thread_.joinable()) return {};
  Result<std::thread> thread =
      transport::start_thread("barnabas-io", [loop = loop_] { loop->run(); });
  if (!thread) return thread.error();
  thread_ = *std::move(thread);
  return {};
}

bool ThreadedDriver::on_loop_thread() const noexcept {
  return loop_ != nullptr && loop_->on_loop_thread();
}

bool ThreadedDriver::usable() const noexcept { return process_generation() == owner_; }

}  // namespace barnabas::client
