#include "simulation/src/simulation_driver.hpp"

#include "simulation/src/process.hpp"

#include <functional>
#include <utility>

namespace barnabas::simulation {

namespace {

class Binding final : public client::EngineBinding {
 public:
  Binding(Machine& machine, SimulatedNetwork& network, std::mutex& mutex)
      : process_(machine, network, mutex) {}

  network::Network& network() override { return process_.network(); }
  void start(network::Engine& engine, std::function<void()> after_events) override {
    process_.start(engine, std::move(after_events));
  }
  void leave(std::unique_lock<std::mutex>& lock) override {
    process_.entered();
    lock.unlock();
  }
  void request_advance() noexcept override { process_.request_advance(); }
  bool wait_until(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done,
                  Instant deadline) override {
    process_.entered();
    if (process_.machine().is_busy() || !process_.is_running()) return done();
    // The condition can change with a turn of this process, and with calls from elsewhere, which
    // happen in other machines' turns or in events of the application: it is cheap to look.
    bool result = done();
    while (!result) {
      lock.unlock();
      const bool something = process_.world().step(deadline);
      lock.lock();
      result = done();
      if (!something) break;
    }
    return result;
  }
  void stop() override { process_.stop(); }

 private:
  Process process_;
};

}  // namespace

Result<std::unique_ptr<client::EngineBinding>> SimulationDriver::bind(
    std::mutex& mutex, const network::SocketBuffers&) {
  return std::unique_ptr<client::EngineBinding>(
      std::make_unique<Binding>(machine_, network_, mutex));
}

}  // namespace barnabas::simulation
