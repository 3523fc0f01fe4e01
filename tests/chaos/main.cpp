// Producers write and groups read while the broker is disturbed; at the end every promise is
// checked: no acknowledged record and no committed offset lost, nothing duplicated, all in order.

#include "tests/chaos/broker_process.hpp"
#include "tests/chaos/group_ledger.hpp"
#include "tests/chaos/killing.hpp"
#include "tests/chaos/ledger.hpp"
#include "tests/chaos/members.hpp"
#include "tests/chaos/options.hpp"
#include "tests/chaos/producers.hpp"
#include "tests/chaos/stream_check.hpp"

#include <barnabas/admin.hpp>
#include <barnabas/consumer.hpp>

#include <chrono>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <thread>

namespace barnabas::chaos {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string topic = "chaos";

struct Group {
  Group(const Options& options, const std::string& bootstrap, const std::string& name)
      : ledger(options.producers, options.partitions),
        members(options, bootstrap, topic, name, ledger) {}
  GroupLedger ledger;
  Members members;
};

Result<void> create_topic(const Options& options, const std::string& bootstrap) {
  Admin admin(bootstrap);
  NewTopic wanted(topic);
  wanted.partitions(options.partitions).replication_factor(options.replication);
  if (options.min_insync > 0) {
    wanted.config("min.insync.replicas", std::to_string(options.min_insync));
  }
  const auto created = admin.create_topics(std::span(&wanted, 1)).get();
  if (!created) return created.error();
  const auto& result = created->front().second;
  return result ? Result<void>() : Result<void>(result.error());
}

std::vector<TopicPartition> all_partitions(const Options& options) {
  std::vector<TopicPartition> all;
  for (int partition = 0; partition < options.partitions; ++partition) {
    all.emplace_back(topic, partition);
  }
  return all;
}

/// Reads the whole topic without a group.
Violations check_log(const Options& options, const std::string& bootstrap, const Ledger& ledger) {
  StreamCheck check(options.producers, options.partitions);
  Violations failure;
  Consumer consumer(consumer_config(bootstrap));
  const std::vector<TopicPartition> partitions = all_partitions(options);
  const auto ends = consumer.end_offsets(partitions, 60s);
  Result<void> assigned = consumer.assign(partitions);
  if (!ends || !assigned) {
    failure.add("unreadable", (ends ? assigned.error() : ends.error()).to_string());
    return failure;
  }
  std::map<TopicPartition, std::int64_t> left = *ends;
  std::erase_if(left, [](const auto& entry) { return entry.second == 0; });
  const auto deadline = Clock::now() + options.limit;
  while (!left.empty() && Clock::now() < deadline) {
    const Result<Records> records = consumer.poll(500ms);
    if (!records) {
      failure.add("unreadable", records.error().to_string());
      break;
    }
    for (const ConsumerRecord& record : *records) {
      check.take(record.partition(), record.offset(), record.value());
    }
    for (const auto& [partition, offset] : records->next_offsets()) {
      const auto end = left.find(partition);
      if (end != left.end() && offset.offset >= end->second) left.erase(end);
    }
  }
  check.finish(ledger);
  failure.add(check.violations());
  return failure;
}

/// Asks what the group has committed, from outside.
void check_commits(const Options& options, const std::string& bootstrap, Group& group) {
  Consumer reader(consumer_config(bootstrap).group(group.members.group()));
  const auto committed = reader.committed(all_partitions(options), 60s);
  if (!committed) {
    std::cerr << "offsets of " << group.members.group() << ": " << committed.error() << "\n";
    return;
  }
  for (const auto& [partition, offset] : *committed) {
    group.ledger.check_final(partition.partition, offset ? offset->offset : 0);
  }
}

void print_errors(const char* who, const std::map<std::string, std::int64_t>& errors) {
  for (const auto& [error, count] : errors) {
    std::cout << "  " << who << " met " << count << " times: " << error << "\n";
  }
}

bool report(const std::string& what, const Violations& violations) {
  if (violations.none()) return true;
  std::cout << "BROKEN, " << what << ":\n" << violations.text();
  return false;
}

int run(const Options& options) {
  const auto begin = Clock::now();
  const auto deadline = begin + options.limit;
  std::unique_ptr<BrokerProcess> broker;
  std::string bootstrap = options.bootstrap;
  if (!options.program.empty()) {
    broker =
        std::make_unique<BrokerProcess>(options.program, options.data, options.broker_arguments);
    if (!broker->start()) return std::cerr << "the broker does not start\n", 1;
    bootstrap = broker->bootstrap();
  }
  if (const Result<void> created = create_topic(options, bootstrap); !created) {
    return std::cerr << created.error() << "\n", 1;
  }

  Ledger ledger(options.producers, options.partitions);
  std::deque<Group> groups;
  for (const std::string& name : options.groups) groups.emplace_back(options, bootstrap, name);
  Producers producers(options, bootstrap, topic, ledger);

  bool kept = true;
  if (broker) {
    kept = kill_again_and_again(*broker, options, [&] {
      Progress progress{ledger.acknowledged(), 0};
      for (const Group& group : groups) progress.commits += group.ledger.figures().commits;
      return progress;
    });
  }
  auto next_line = Clock::now() + 10s;
  while (options.records > 0 && !producers.done() && Clock::now() < deadline) {
    std::this_thread::sleep_for(50ms);
    if (Clock::now() < next_line) continue;
    next_line += 10s;
    std::cout << std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin).count()
              << " s: " << ledger.acknowledged() << " acknowledged, "
              << groups.front().ledger.figures().processed << " processed" << std::endl;
  }
  producers.finish();
  for (Group& group : groups) {
    while (!group.ledger.complete(ledger) && Clock::now() < deadline) {
      std::this_thread::sleep_for(50ms);
    }
    group.members.finish();
  }

  if (broker) {
    broker->kill();
    if (options.damage_log) damage(options.data, topic);
    if (options.damage_offsets) damage(options.data, "__consumer_offsets");
    if (!broker->start()) return std::cerr << "the broker does not start\n", 1;
  }
  std::cout << ledger.sent() << " records sent, " << ledger.acknowledged() << " acknowledged\n";
  print_errors("producers", ledger.errors());
  if (ledger.acknowledged() != ledger.sent()) {
    std::cout << "BROKEN, not delivered: " << ledger.sent() - ledger.acknowledged() << "\n";
    kept = false;
  }
  kept &= report("log", check_log(options, bootstrap, ledger));
  for (Group& group : groups) {
    check_commits(options, bootstrap, group);
    const GroupLedger::Figures figures = group.ledger.figures();
    std::cout << "group " << group.members.group() << ": " << figures.processed << " processed, "
              << figures.commits << " commits, " << figures.claims << " partitions handed over, "
              << figures.rereads << " read again, " << figures.late << " too late\n";
    print_errors("members", group.members.errors());
    if (!group.ledger.complete(ledger)) std::cout << "  the group did not finish in time\n";
    kept &= report("group " + group.members.group(), group.ledger.finish(ledger));
  }
  if (broker && broker->terminate() != 0) {
    std::cout << "BROKEN: the broker does not stop cleanly\n";
    kept = false;
  }
  const auto took = std::chrono::duration<double>(Clock::now() - begin).count();
  std::cout << (kept ? "all promises kept" : "promises broken") << ", seed " << options.seed << ", "
            << took << " s\n";
  return kept ? 0 : 1;
}

}  // namespace
}  // namespace barnabas::chaos

int main(int count, char** arguments) {
  const auto options = barnabas::chaos::parse_options(count, arguments);
  return options ? barnabas::chaos::run(*options) : 2;
}
