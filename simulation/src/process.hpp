#pragma once

#include "protocol/network/network.hpp"
#include "simulation/src/machine.hpp"
#include "simulation/src/simulated_network.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

namespace barnabas::simulation {

/// An engine that runs on a machine: the simulation's counterpart of an EngineHost. It collects
/// what the network and the disk have to say, and delivers it in turns.
/// Thread-safety: none.
class Process {
 public:
  /// A client's process; `mutex` is the engine's, which events hold.
  Process(Machine& machine, SimulatedNetwork& network, std::mutex& mutex);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  Machine& machine() noexcept { return machine_; }
  World& world() noexcept { return machine_.world(); }
  ProcessId id() const noexcept { return id_; }
  network::Network& network() noexcept { return port_; }

  /// Begins to deliver events, first `advance`. `after_turn` runs without the lock.
  void start(network::Engine& engine, std::function<void()> after_turn);
  /// Ends the delivery of events and closes all connections in an orderly way.
  void stop();
  /// The process is gone. Its connections are reset; or, when the power went, fall silent.
  void die(bool silently);
  bool is_running() const noexcept { return engine_ != nullptr; }

  /// Has the engine advanced soon.
  void request_advance();
  /// Has a turn happen soon.
  void request_turn();
  /// After the engine was entered from outside: takes over its new deadline. Requires: the lock.
  void entered();
  /// Number of turns so far: nothing about the engine changes by itself between two of them.
  std::uint64_t turns() const noexcept { return turns_; }
  /// How many of them came without any news from outside.
  std::uint64_t turns_without_news() const noexcept { return turns_without_news_; }

  /// Delivers a call in the next turn, with the lock.
  void post(std::function<void(const Now&)> call);

  // What the network has to say.
  void resolved(network::LookupId id, Result<std::vector<network::Address>> addresses);
  void connected(network::ConnectionId id);
  void accepted(network::ConnectionId id, network::ListenerId listener,
                const network::Address& peer);
  void written(network::ConnectionId id, std::size_t count);
  /// There are bytes to be read, or the end of the stream.
  void readable(network::ConnectionId id);
  void closed(network::ConnectionId id, Error reason);

 private:
  void turn();
  void deliver(const Now& now);
  void plan();
  void schedule(Instant when);

  /// What the engine asks of the network.
  class Port final : public network::Network {
   public:
    explicit Port(Process& process) : process_(process) {}
    void resolve(network::LookupId id, std::string host, std::uint16_t port) override;
    void connect(network::ConnectionId id, const network::Address& address) override;
    void write(network::ConnectionId id, wire::GatherBuffer bytes) override;
    void pause_reading(network::ConnectionId id) override;
    void resume_reading(network::ConnectionId id) override;
    void close(network::ConnectionId id) override;
    void close_after_writes(network::ConnectionId id) override;

   private:
    Process& process_;
  };

  // What comes in, until a turn delivers it.
  struct Readable {
    network::ConnectionId id{};
  };
  struct Written {
    network::ConnectionId id{};
    std::size_t count = 0;
  };
  struct Connected {
    network::ConnectionId id{};
  };
  struct Accepted {
    network::ConnectionId id{};
    network::ListenerId listener{};
    network::Address peer;
  };
  struct Closed {
    network::ConnectionId id{};
    Error reason;
  };
  struct Resolved {
    network::LookupId id{};
    Result<std::vector<network::Address>> addresses;
  };
  using Call = std::function<void(const Now&)>;
  using Input = std::variant<Readable, Written, Connected, Accepted, Closed, Resolved, Call>;
  void put(Input input);

  void deliver(const Now& now, Readable& input);
  void deliver(const Now& now, Written& input);
  void deliver(const Now& now, Connected& input);
  void deliver(const Now& now, Accepted& input);
  void deliver(const Now& now, Closed& input);
  void deliver(const Now& now, Resolved& input);
  void deliver(const Now& now, Call& input);

  Machine& machine_;
  SimulatedNetwork& network_;
  std::mutex& mutex_;
  const ProcessId id_;
  Port port_;
  network::Engine* engine_ = nullptr;
  std::shared_ptr<const std::function<void()>> after_turn_;
  std::vector<Input> inbox_;
  std::vector<Input> spare_inbox_;         // empty; its memory serves again
  std::set<network::ConnectionId> dying_;  // their end is in the inbox
  bool wants_advance_ = false;
  std::optional<Instant> deadline_;
  Instant scheduled_ = Instant::max();
  std::vector<Instant> planned_;  // for which an event is under way
  Instant not_before_{};
  std::uint64_t turns_ = 0;
  std::uint64_t turns_without_news_ = 0;
};

}  // namespace barnabas::simulation
