#pragma once

#include "client/src/io/driver.hpp"
#include "tests/support/client_script.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace barnabas::test {

/// Runs one client of the public API on a ClientScript: virtual time, scripted brokers, one thread.
///
///   ClientScript script;
///   Runtime runtime(std::make_shared<ScriptDriver>(script));
///   Admin admin(runtime, AdminConfig().bootstrap_servers("kafka-1"));
///
/// Blocking calls let virtual time pass until their condition holds.
class ScriptDriver final : public client::Driver {
 public:
  explicit ScriptDriver(ClientScript& script) : script_(script) {}

  Now now() const override { return script_.now(); }
  std::uint64_t new_seed() override { return ++seed_; }
  bool on_loop_thread() const noexcept override { return depth_ > 0; }
  bool is_manual() const noexcept override { return true; }
  Result<std::unique_ptr<client::EngineBinding>> bind(std::mutex& mutex,
                                                      const network::SocketBuffers&) override {
    return std::unique_ptr<client::EngineBinding>(std::make_unique<Binding>(*this, mutex));
  }

 private:
  /// An engine that locks around every event of another.
  class Locked final : public network::Engine {
   public:
    Locked(network::Engine& engine, std::mutex& mutex, ScriptDriver& driver)
        : engine_(engine), mutex_(mutex), driver_(driver), depth_(driver.depth_) {}

    void on_resolved(const Now& now, network::LookupId id,
                     Result<std::vector<network::Address>> addresses) override {
      const Entry entry(*this);
      engine_.on_resolved(now, id, std::move(addresses));
    }
    void on_connected(const Now& now, network::ConnectionId id) override {
      const Entry entry(*this);
      engine_.on_connected(now, id);
    }
    void on_accepted(const Now&, network::ConnectionId, network::ListenerId,
                     const network::Address&) override {}
    std::span<std::byte> receive_buffer(network::ConnectionId id) override {
      const Entry entry(*this);
      return engine_.receive_buffer(id);
    }
    void on_received(const Now& now, network::ConnectionId id, std::size_t count) override {
      const Entry entry(*this);
      engine_.on_received(now, id, count);
    }
    void on_written(const Now& now, network::ConnectionId id, std::size_t count) override {
      const Entry entry(*this);
      engine_.on_written(now, id, count);
    }
    void on_closed(const Now& now, network::ConnectionId id, Error reason) override {
      const Entry entry(*this);
      engine_.on_closed(now, id, std::move(reason));
    }
    std::optional<Instant> next_deadline() const override {
      if (driver_.advance_requested_) return driver_.now().monotonic;
      const std::lock_guard lock(mutex_);
      return engine_.next_deadline();
    }
    void advance(const Now& now) override {
      driver_.advance_requested_ = false;
      const Entry entry(*this);
      engine_.advance(now);
    }

   private:
    struct Entry {
      explicit Entry(Locked& locked) : lock(locked.mutex_), depth(locked.depth_) { ++depth; }
      Entry(const Entry&) = delete;
      Entry& operator=(const Entry&) = delete;
      ~Entry() { --depth; }
      std::lock_guard<std::mutex> lock;
      int& depth;
    };
    network::Engine& engine_;
    std::mutex& mutex_;
    ScriptDriver& driver_;
    int& depth_;
  };

  class Binding final : public client::EngineBinding {
   public:
    Binding(ScriptDriver& driver, std::mutex& mutex) : driver_(driver), mutex_(mutex) {}
    ~Binding() override { stop(); }

    network::Network& network() override { return driver_.script_.network(); }
    void start(network::Engine& engine, std::function<void()> after_events) override {
      engine_ = std::make_unique<Locked>(engine, mutex_, driver_);
      driver_.script_.drive(*engine_, [this, after_events = std::move(after_events)] {
        if (!after_events) return;
        ++driver_.depth_;
        after_events();
        --driver_.depth_;
      });
    }
    void leave(std::unique_lock<std::mutex>& lock) override { lock.unlock(); }
    void request_advance() noexcept override { driver_.advance_requested_ = true; }
    bool wait_until(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done,
                    Instant deadline) override {
      if (driver_.depth_ > 0 || !engine_) return done();
      lock.unlock();
      ClientScript& script = driver_.script_;
      script.advance_until(
          [&] {
            const std::lock_guard again(mutex_);
            return done();
          },
          deadline - script.now().monotonic);
      lock.lock();
      return done();
    }
    void stop() override {
      if (!engine_) return;
      driver_.script_.stop();
      engine_.reset();
    }

   private:
    ScriptDriver& driver_;
    std::mutex& mutex_;
    std::unique_ptr<Locked> engine_;
  };

  ClientScript& script_;
  std::uint64_t seed_ = 0;
  int depth_ = 0;
  bool advance_requested_ = false;
};

}  // namespace barnabas::test
