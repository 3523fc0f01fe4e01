#include "tests/simulation/run.hpp"

#include "protocol/messages/offset_commit.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tests/simulation/admin_actor.hpp"
#include "tests/simulation/consumer_actor.hpp"
#include "tests/simulation/fault_player.hpp"
#include "tests/simulation/producer_actor.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace barnabas::test {

namespace {

using namespace std::chrono_literals;
using simulation::BrokerMachine;

constexpr auto cooperative_sticky = static_cast<std::int64_t>(Assignor::cooperative_sticky);
constexpr Duration watch_interval = 250ms;
// Longest time-outs and back-offs included, everybody is at work again after this.
constexpr Duration settling_time = 150s;
// What a connection to a dead address, or one that hangs, takes to be given up.
constexpr Duration longest_connecting = 40s;
constexpr simulation::Place first_client_place = 1000;
// More than any honest client or broker does: turns in one interval of watching, in all and without
// news from the network or the disk.
constexpr std::uint64_t most_turns = 20000;
constexpr std::uint64_t most_turns_without_news = 500;

simulation::NetworkOptions network_options(const Plan& plan) {
  simulation::NetworkOptions options;
  options.latency = std::chrono::microseconds(plan.latency_us);
  options.jitter = std::chrono::microseconds(plan.jitter_us);
  options.largest_piece = static_cast<std::size_t>(plan.largest_piece);
  options.window = static_cast<std::size_t>(plan.window);
  options.connect_delay = std::chrono::microseconds(plan.connect_delay_us);
  return options;
}

simulation::DiskOptions disk_options(const Plan& plan) {
  simulation::DiskOptions options;
  options.sync_latency = std::chrono::microseconds(plan.sync_us);
  options.sync_jitter = std::chrono::microseconds(plan.sync_us);
  return options;
}

// What makes answers come late, or never.
bool delays(FaultKind kind) {
  return kind == FaultKind::swallow || kind == FaultKind::block_to_node ||
         kind == FaultKind::block_from_node || kind == FaultKind::block_both ||
         kind == FaultKind::isolate || kind == FaultKind::broker_power_loss ||
         kind == FaultKind::client_stall;
}

std::map<TopicPartition, std::int64_t> commit_of(BytesView frame) {
  std::map<TopicPartition, std::int64_t> offsets;
  const wire::ReceivedRequest header = wire::decode_request_header(frame).value();
  const auto request =
      wire::decode_body<protocol::OffsetCommitRequest>(header.body, header.version).value();
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      offsets[{std::string(topic.name), partition.partition_index}] = partition.committed_offset;
    }
  }
  return offsets;
}

broker::BrokerSettings broker_settings(const Plan& plan) {
  broker::BrokerSettings settings;
  settings.nodes = static_cast<std::int32_t>(plan.nodes);
  settings.topics.auto_create = plan.auto_create != 0;
  settings.topics.partitions = static_cast<std::int32_t>(plan.partitions);
  settings.topics.offsets_partitions = 2;
  settings.storage.fsync = static_cast<broker::storage::FsyncPolicy>(plan.fsync);
  settings.storage.log.segment_bytes = static_cast<std::int32_t>(plan.segment_bytes);
  settings.storage.log.max_message_bytes = 1000000;
  return settings;
}

}  // namespace

Run::Run(const Plan& plan, simulation::Trace::Sink trace)
    : plan_(plan),
      world_(static_cast<std::uint64_t>(plan.seed)),
      findings_(world_),
      wire_(world_, findings_, coverage_),
      network_(world_, network_options(plan)),
      old_broker_(plan.release),
      broker_(world_, network_, broker_settings(plan), disk_options(plan)),
      ledger_(world_, findings_),
      random_(world_.fork_random()),
      broker_watch_(broker_, findings_, groups_) {
  if (trace) world_.trace().write_to(std::move(trace));
  network_.set_tap(&wire_);
  if (world_.trace().is_written()) {
    broker_.set_log([this](LogLevel, std::string_view line) { world_.tell("broker log", line); });
  }
}

Run::~Run() {
  clients_.clear();
  network_.set_tap(nullptr);
}

std::string Run::bootstrap() const { return "kafka:9092"; }

RunResult Run::perform() {
  prepare();
  world_.run_for(std::chrono::milliseconds(plan_.faulty_ms));
  if (findings_.empty()) heal();
  if (findings_.empty()) settle();
  over_ = true;
  close_clients();
  if (findings_.empty()) check_logs();
  RunResult result;
  result.findings = findings_.all();
  result.trace_hash = world_.trace().hash();
  result.events = world_.events();
  result.virtual_time = world_.now().time_since_epoch();
  result.coverage = std::move(coverage_);
  return result;
}

void Run::prepare() {
  broker_watch_.set_may_be_offline(has_fault(FaultKind::disk_read_errors) ||
                                   has_fault(FaultKind::disk_write_errors) ||
                                   has_fault(FaultKind::bit_rot));
  broker_.set_on_serving([this] {
    broker_watch_.look();
    create_topics();
  });
  broker_.set_routes(old_broker_.routes());
  wire_.set_versions(old_broker_);
  wire_.set_on_given_up([this](const std::string& name, const WireWatch::GivenUp& request) {
    for (const auto& client : clients_) {
      if (client->name() == name) given_up(*client, request);
    }
  });
  const Duration way = std::chrono::microseconds(plan_.latency_us + plan_.jitter_us);
  const bool straight = std::none_of(plan_.faults.begin(), plan_.faults.end(),
                                     [](const FaultPlan& fault) { return delays(fault.kind); });
  if (has_fault(FaultKind::throttle) && straight) wire_.follow_throttling(100ms + 20 * way);
  if (plan_.release > 0) coverage_.hit("release " + std::to_string(plan_.release));
  for (std::int64_t i = 0; i < plan_.groups; ++i) {
    groups_.push_back(std::make_unique<GroupWatch>("group-" + std::to_string(i), findings_));
  }
  if (plan_.dead_addresses > 0) {
    // Some that are refused, some that never answer, in front of the right ones.
    std::vector<network::Address> addresses;
    for (std::int64_t i = 0; i < plan_.dead_addresses; ++i) {
      network::Address dead = BrokerMachine::address_of(static_cast<std::int32_t>(200 + i));
      if (i == 0) network_.set_place(dead, 1);
      addresses.push_back(dead);
    }
    for (std::int64_t node = 1; node <= plan_.nodes; ++node) {
      addresses.push_back(BrokerMachine::address_of(static_cast<std::int32_t>(node)));
    }
    network_.set_name("kafka", addresses);
  }
  broker_.boot();
  create_topics();
  auto place = first_client_place;
  int number = 0;
  for (const ProducerPlan& producer : plan_.producers) {
    clients_.push_back(std::make_unique<ProducerActor>(
        *this, "producer-" + std::to_string(number++), place++, producer));
  }
  number = 0;
  for (const ConsumerPlan& consumer : plan_.consumers) {
    clients_.push_back(std::make_unique<ConsumerActor>(
        *this, "consumer-" + std::to_string(number++), place++, consumer));
  }
  clients_.push_back(std::make_unique<AdminActor>(*this, "admin", place++));
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    const std::size_t producers = plan_.producers.size();
    const bool is_consumer = i >= producers && i < producers + plan_.consumers.size();
    const std::int64_t start_ms = is_consumer ? plan_.consumers[i - producers].start_ms : 0;
    world_.after(std::chrono::milliseconds(start_ms), [this, i] {
      if (!over_) clients_[i]->start();
    });
  }
  for (const FaultPlan& fault : plan_.faults) {
    world_.after(std::chrono::milliseconds(fault.at_ms), [this, fault] { play(*this, fault); });
  }
  world_.after(watch_interval, [this] { watch(); });
}

void Run::given_up(ClientActor& client, const WireWatch::GivenUp& request) {
  if (request.api == ApiKey::OffsetCommit) {
    const auto& consumer = dynamic_cast<const ConsumerActor&>(client);
    coverage_.hit("a commit was given up");
    group(consumer.plan().group).expect_late_commit(commit_of(request.frame));
  }
  if (request.api == ApiKey::JoinGroup) {
    coverage_.hit("a join was given up");
    dynamic_cast<ConsumerActor&>(client).expect_late_join();
  }
  if (request.api == ApiKey::Produce) {
    const auto& producer = dynamic_cast<const ProducerActor&>(client);
    if (producer.plan().acks == 0) ledger_.expect_late_records(producer.ledger_id());
  }
}

// Tries until it goes well: faults may come first, and what was made without being asked for by
// request may be gone with the power.
void Run::create_topics() {
  if (over_ || plan_.auto_create != 0) return;
  bool made = false;
  if (broker_.is_serving()) {
    made = broker_.enter([&](broker::BrokerEngine& engine, const Now& now) {
      for (std::int64_t i = 0; i < plan_.topics; ++i) {
        if (engine.topics().find(topic_name(i))) continue;
        broker::TopicRequest request;
        request.name = topic_name(i);
        request.partitions = static_cast<std::int32_t>(plan_.partitions);
        if (!engine.create_topic(now, request)) return false;
      }
      return true;
    });
  }
  if (made || std::exchange(creating_, true)) return;
  world_.after(1ms * 50, [this] {
    creating_ = false;
    create_topics();
  });
}

void Run::add_partitions(std::int64_t topic, std::int64_t count) {
  if (!broker_.is_serving()) return;
  const broker::Topic* const found = broker_.engine()->topics().find(topic_name(topic));
  if (!found) return;
  auto& admin = dynamic_cast<AdminActor&>(*clients_.back());
  admin.add_partitions(
      found->name,
      static_cast<std::int32_t>(static_cast<std::int64_t>(found->partitions.size()) + count));
}

void Run::watch() {
  if (over_) return;
  broker_watch_.look();
  for (simulation::Process* process : network_.processes()) {
    if (!process) continue;
    Turns& before = turns_[process->id()];
    const Turns now{process->turns(), process->turns_without_news()};
    if (now.all - before.all > most_turns ||
        now.without_news - before.without_news > most_turns_without_news) {
      findings_.add("no-busy-loop", process->machine().name() + " took " +
                                        std::to_string(now.all - before.all) +
                                        " turns within 250 ms, " +
                                        std::to_string(now.without_news - before.without_news) +
                                        " of them without news");
    }
    before = now;
  }
  // A disk that has failed ends the broker, and whoever runs it starts it again.
  if (broker_.is_serving() && !broker_.failure().ok()) {
    coverage_.hit("broker failed");
    if (plan_.fsync != 0) broker_watch_.set_lossy();
    broker_.lose_power();
    world_.after(1s, [this] { broker_.boot(); });
  }
  world_.after(watch_interval, [this] { watch(); });
}

void Run::heal() {
  world_.tell("FAULT", "everything heals");
  healed_ = true;
  network_.unblock_all();
  network_.fail_lookups(false);
  simulation::SimulatedDisk& disk = broker_.disk();
  disk.faults() = {};
  disk.mend();
  disk.set_capacity(std::uint64_t{1} << 40);
  broker_.machine().reset_wall();
  for (const auto& [boot, id] : injected_) {
    if (boot != broker_.boots() || broker_.is_off()) continue;
    broker_.enter(
        [&, id = id](broker::BrokerEngine& engine, const Now& now) { engine.release(now, id); });
  }
  broker_watch_.look();
  const bool may_have_offline = broker_watch_.may_be_offline() && !broker_.is_serving();
  // What it found wrong at its start it believes: headers of batches it has no reason to check.
  const bool misled = has_fault(FaultKind::bit_rot) && broker_.boots() > 1;
  const bool begins_anew = may_have_offline || broker_watch_.has_offline() || misled;
  if (!broker_.is_off() && begins_anew) broker_.kill();
  broker_watch_.set_may_be_offline(false);
  broker_.boot();  // one that stops does so in the end, and starts again
  for (std::int32_t node = 1; node <= plan_.nodes; ++node) {
    network_.set_accepting(static_cast<simulation::Place>(node), true);
  }
  start_nodes();
  for (const auto& client : clients_) client->machine().reset_wall();
}

bool Run::exists(const TopicPartition& partition) {
  if (!broker_.is_serving()) return false;
  const broker::Topic* const topic = broker_.engine()->topics().find(partition.topic);
  return topic && static_cast<std::size_t>(partition.partition) < topic->partitions.size();
}

bool Run::has_fault(FaultKind kind) const {
  return std::any_of(plan_.faults.begin(), plan_.faults.end(),
                     [kind](const FaultPlan& fault) { return fault.kind == kind; });
}

void Run::start_nodes() {
  for (std::int32_t node = 1; node <= plan_.nodes; ++node) {
    if (broker_.is_serving() && !broker_.engine()->cluster().is_running(node)) {
      broker_.start_node(node);
    }
  }
}

bool Run::is_settled(std::string& why) {
  why.clear();
  if (!broker_.is_serving()) why = "the broker does not serve";
  if (ledger_.open() > 0) why = std::to_string(ledger_.open()) + " records are not reported";
  for (const auto& client : clients_) {
    const auto* producer = dynamic_cast<const ProducerActor*>(client.get());
    if (producer && !producer->is_done()) why = client->name() + " is not done";
    if (!client->is_running()) why = client->name() + " does not run";
  }
  if (!why.empty()) return false;
  start_nodes();
  const auto& topics = broker_.engine()->topics().all();
  for (std::size_t index = 0; index < groups_.size(); ++index) {
    std::vector<const ConsumerActor*> members;
    for (const auto& client : clients_) {
      const auto* consumer = dynamic_cast<const ConsumerActor*>(client.get());
      if (consumer && consumer->plan().group == static_cast<std::int64_t>(index)) {
        members.push_back(consumer);
      }
    }
    if (members.empty()) continue;
    // A static leader that comes back leaves the assignments as they are (KIP-814), so that what
    // came into being meanwhile waits for the next change: so do Apache Kafka's clients. When it is
    // alone, or in a cooperative group, it joins again, unless the broker is too old to tell it
    // that it leads; then the second half of a cooperative rebalance waits, too.
    const bool may_miss =
        std::any_of(members.begin(), members.end(), [&](const ConsumerActor* member) {
          const bool cooperative = member->plan().assignor == cooperative_sticky;
          const bool joins_again =
              (cooperative || members.size() == 1) && release_tells_leaders(plan_.release);
          const bool restarts =
              has_fault(FaultKind::client_restart) || has_fault(FaultKind::client_kill);
          return member->plan().is_static != 0 && !joins_again &&
                 (has_fault(FaultKind::add_partitions) || (cooperative && restarts));
        });
    std::map<TopicPartition, int> owners;
    for (const ConsumerActor* member : members) {
      for (const TopicPartition& partition : member->assignment()) ++owners[partition];
    }
    for (const auto& [name, topic] : topics) {
      if (topic.internal) continue;
      for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
        const TopicPartition partition{name, static_cast<std::int32_t>(i)};
        if (may_miss && owners[partition] == 0) continue;
        const broker::storage::PartitionLog& log = *topic.partitions[i].log;
        const std::int64_t end = log.log_end_offset();
        // What was lost from the beginning nobody can see any more.
        std::int64_t seen = std::max(groups_[index]->end_of(partition),
                                     lossy() ? log.log_start_offset() : std::int64_t{0});
        // Old brokers do not tell that what was lost came anew, and who sought does not ask: a
        // position that the application gives has no leader epoch, nor has a commit of it.
        const bool sought = groups_[index]->was_sought(partition);
        if (lossy() && (sought || !release_has_epochs(plan_.release))) {
          seen = std::max(seen, groups_[index]->committed_of(partition));
          for (const ConsumerActor* member : members) {
            seen = std::max(seen, member->end_of(partition));
          }
        }
        if (seen < end) {
          why = groups_[index]->id() + " has seen " + to_string(partition) + " up to " +
                std::to_string(seen) + " of " + std::to_string(end);
        }
        if (owners[partition] != 1) {
          why = to_string(partition) + " has " + std::to_string(owners[partition]) + " owners in " +
                groups_[index]->id();
        }
      }
    }
  }
  return why.empty();
}

void Run::settle() {
  std::string why;
  const auto wait = [&] {
    const Instant limit = world_.now() + settling_time;
    while (!is_settled(why) && findings_.empty() && world_.now() < limit) world_.run_for(200ms);
    if (!why.empty() && findings_.empty()) findings_.add("progress", why);
  };
  wait();
  if (!findings_.empty()) return;
  // What is sent now, in peace, arrives; if not at once, then the next: sequences that are missing
  // where records were lost, and connections that hang, have to be noticed first.
  std::string failed;
  for (int round = 0; round < 3; ++round) {
    const std::size_t first = ledger_.size();
    for (const auto& client : clients_) {
      if (auto* producer = dynamic_cast<ProducerActor*>(client.get())) producer->probe();
    }
    wait();
    if (!findings_.empty()) return;
    failed.clear();
    for (std::size_t i = first; i < ledger_.size() && failed.empty(); ++i) {
      const Ledger::Entry& entry = ledger_.entry(i);
      if (entry.outcome == Ledger::Outcome::delivered) continue;
      // A topic that was lost, or half of it before it was durable, may have fewer partitions.
      // Acknowledged records in there are missed elsewhere.
      if (!exists(entry.partition)) continue;
      failed = to_string(entry) + " failed in peace: " + std::string(name(entry.error));
    }
    if (failed.empty()) return;
    coverage_.hit("probe failed");
    world_.run_for(longest_connecting);
  }
  findings_.add("progress", failed);
}

void Run::close_clients() {
  for (const auto& client : clients_) client->stop(5s);
}

void Run::check_logs() {
  broker_watch_.look();
  if (!broker_.is_serving()) return findings_.add("progress", "the broker does not serve");
  const BrokerWatch::Logs before = broker_watch_.logs();
  for (const auto& [partition, log] : before) ledger_.check_log(partition, log, lossy());
  ledger_.check_complete(lossy());
  // What it recovers is what it had.
  const BrokerWatch::LogBytes stored = broker_watch_.log_bytes();
  for (const bool clean : {false, true}) {
    clean ? broker_.shut_down() : broker_.kill();
    if (!world_.run_until([&] { return broker_.is_off(); }, world_.now() + 60s)) {
      return findings_.add("clean-shutdown", "the broker does not stop");
    }
    broker_.boot();
    if (!world_.run_until([&] { return broker_.is_serving(); }, world_.now() + 60s)) {
      return findings_.add("recovery", "the broker does not start again");
    }
    const BrokerWatch::LogBytes recovered = broker_watch_.log_bytes();
    for (const auto& [partition, log] : stored) {
      const auto found = recovered.find(partition);
      if (found == recovered.end() || found->second != log) {
        findings_.add("recovery", to_string(partition) + " is another one after a " +
                                      (clean ? "clean restart" : "kill"));
      }
    }
    broker_watch_.look();
  }
  for (const auto& group : groups_) {
    if (!lossy()) group->check_promises();
    if (!lossy()) group->check_handed_out(before, ledger_);
    for (const auto& [partition, log] : before) {
      const auto end = log.empty() ? 0 : log.back().offset + 1;
      if (group->end_of(partition) > end && !lossy()) {
        findings_.add("read-is-kept", group->id() + " was handed " + to_string(partition) +
                                          " up to " + std::to_string(group->end_of(partition)) +
                                          ", the log ends at " + std::to_string(end));
      }
    }
  }
}

}  // namespace barnabas::test
