#pragma once

#include "simulation/src/broker_machine.hpp"
#include "simulation/src/process.hpp"
#include "simulation/src/simulated_network.hpp"
#include "simulation/src/world.hpp"
#include "tests/simulation/broker_watch.hpp"
#include "tests/simulation/coverage.hpp"
#include "tests/simulation/findings.hpp"
#include "tests/simulation/group_watch.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/simulation/old_broker.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/wire_watch.hpp"

#include <barnabas/fault.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

class ClientActor;

/// What came of a run.
struct RunResult {
  std::vector<Findings::Finding> findings;
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;
  Duration virtual_time{};
  Coverage coverage;
};

/// One run: the world that a plan describes, and everybody in it.
class Run {
 public:
  explicit Run(const Plan& plan, simulation::Trace::Sink trace = {});
  ~Run();

  RunResult perform();

  // For those who take part.
  const Plan& plan() const noexcept { return plan_; }
  simulation::World& world() noexcept { return world_; }
  simulation::SimulatedNetwork& network() noexcept { return network_; }
  simulation::BrokerMachine& broker() noexcept { return broker_; }
  WireWatch& wire() noexcept { return wire_; }
  Findings& findings() noexcept { return findings_; }
  Coverage& coverage() noexcept { return coverage_; }
  Ledger& ledger() noexcept { return ledger_; }
  GroupWatch& group(std::int64_t index) { return *groups_[static_cast<std::size_t>(index)]; }
  Random& random() noexcept { return random_; }
  std::vector<std::unique_ptr<ClientActor>>& clients() noexcept { return clients_; }
  static std::string topic_name(std::int64_t index) { return "topic-" + std::to_string(index); }
  std::string bootstrap() const;
  /// Acknowledged data may be gone since a loss of power.
  bool lossy() const noexcept { return broker_watch_.lossy(); }
  bool healed() const noexcept { return healed_; }
  void look_at_commits() { broker_watch_.look_at_commits(); }
  bool has_fault(FaultKind kind) const;
  /// Whether a call may block now: each that does is a world within the world.
  bool may_block() const noexcept { return blocking_ < 2; }
  struct Blocking {
    explicit Blocking(Run& run) : run_(run) { ++run_.blocking_; }
    ~Blocking() { --run_.blocking_; }
    Run& run_;
  };
  BrokerWatch& broker_watch() noexcept { return broker_watch_; }
  void add_partitions(std::int64_t topic, std::int64_t count);
  /// The present broker has this fault until everything heals.
  void note_injected(FaultId id) { injected_.emplace_back(broker_.boots(), id); }

 private:
  void prepare();
  void given_up(ClientActor& client, const WireWatch::GivenUp& request);
  void create_topics();
  void watch();
  void heal();
  void start_nodes();
  bool exists(const TopicPartition& partition);
  bool is_settled(std::string& why);
  void settle();
  void close_clients();
  void check_logs();

  const Plan plan_;
  simulation::World world_;
  Findings findings_;
  Coverage coverage_;
  WireWatch wire_;
  simulation::SimulatedNetwork network_;
  const OldBroker old_broker_;
  simulation::BrokerMachine broker_;
  Ledger ledger_;
  Random random_;
  std::vector<std::unique_ptr<GroupWatch>> groups_;
  BrokerWatch broker_watch_;
  std::vector<std::unique_ptr<ClientActor>> clients_;
  struct Turns {
    std::uint64_t all = 0;
    std::uint64_t without_news = 0;
  };
  std::map<simulation::ProcessId, Turns> turns_;
  std::vector<std::pair<std::uint64_t, FaultId>> injected_;  // and the boot of the broker
  bool creating_ = false;                                    ///< Topics, in a moment again.
  bool healed_ = false;
  bool over_ = false;
  int blocking_ = 0;
};

}  // namespace barnabas::test
