#include "tests/chaos/members.hpp"

#include "protocol/base/random.hpp"

#include <chrono>
#include <sstream>
#include <utility>

namespace barnabas::chaos {

namespace {

using namespace std::chrono_literals;

std::atomic<std::uint64_t> next_member = 1;

std::vector<Assignor> assignors_of(const std::string& names) {
  std::vector<Assignor> assignors;
  std::istringstream rest(names);
  for (std::string name; std::getline(rest, name, ',');) {
    assignors.push_back(name == "range"        ? Assignor::range
                        : name == "roundrobin" ? Assignor::roundrobin
                        : name == "sticky"     ? Assignor::sticky
                                               : Assignor::cooperative_sticky);
  }
  return assignors;
}

}  // namespace

ConsumerConfig consumer_config(const std::string& bootstrap) {
  return ConsumerConfig()
      .bootstrap_servers(bootstrap)
      .offset_reset(OffsetReset::earliest())
      .auto_commit(false)
      .request_timeout(10s)
      .reconnect_backoff(20ms, 200ms)
      .retry_backoff(20ms, 200ms);
}

/// One member, from its joining to its leaving.
class Members::Life {
 public:
  Life(Members& members, Random& random)
      : members_(members),
        random_(random),
        number_(next_member++),
        consumer_(consumer_config(members.bootstrap_)
                      .group(members.group_)
                      .client_id("member-" + std::to_string(number_))
                      .session_timeout(members.options_.session_timeout)
                      .heartbeat_interval(200ms)
                      .fetch_max_wait(100ms)
                      .assignors(assignors_of(members.group_))) {}

  void live() {
    const Options& options = members_.options_;
    const auto end = std::chrono::steady_clock::now() + options.shortest_life +
                     std::chrono::milliseconds(random_.below(static_cast<std::uint64_t>(
                         (options.longest_life - options.shortest_life).count() + 1)));
    const Result<void> subscribed = consumer_.subscribe(
        {members_.topic_}, {.assigned = [this](const auto& partitions) { assigned(partitions); },
                            .revoked = [this](const auto& partitions) { revoked(partitions); },
                            .lost = [this](const auto& partitions) { lost(partitions); }});
    if (!subscribed) return members_.note(subscribed.error());
    const bool waits = random_.below(2) == 0;
    while (!members_.stopping_ && std::chrono::steady_clock::now() < end) {
      const Result<Records> records = consumer_.poll(100ms);
      if (!records) {
        members_.note(records.error());
        if (records.error().fatal()) break;
        continue;
      }
      if (records->empty()) continue;
      for (const ConsumerRecord& record : *records) {
        members_.ledger_.process(number_, record.partition(), record.offset(), record.value());
      }
      const Offsets offsets = records->next_offsets();
      for (const auto& [partition, offset] : offsets) processed_[partition] = offset;
      commit(offsets, waits);
    }
    if (!members_.stopping_ && random_.unit() < options.abandon) {
      abandoned_ = true;
      static_cast<void>(consumer_.close(0ms, GroupExit::stay));
    } else if (const Result<void> closed = consumer_.close(20s); !closed) {
      members_.note(closed.error());
    }
  }

 private:
  using Attempts = std::map<TopicPartition, GroupLedger::Attempt>;

  void assigned(const std::vector<TopicPartition>& partitions) {
    for (const TopicPartition& partition : partitions) {
      const std::int64_t committed = members_.ledger_.committed(partition.partition);
      const Result<std::int64_t> position = consumer_.position(partition, 20s);
      if (position) {
        members_.ledger_.claim(number_, partition.partition, *position, committed);
      } else {
        // Without a claim nothing it reads counts, so nothing of it may be committed either.
        members_.note(position.error().within("position"));
        static_cast<void>(consumer_.pause(partition));
      }
    }
  }

  void revoked(const std::vector<TopicPartition>& partitions) {
    if (abandoned_) return;
    Offsets last;
    for (const TopicPartition& partition : partitions) {
      if (const auto at = processed_.find(partition); at != processed_.end()) last.insert(*at);
    }
    if (!last.empty()) commit(last, true);
    lost(partitions);
  }

  void lost(const std::vector<TopicPartition>& partitions) {
    for (const TopicPartition& partition : partitions) {
      processed_.erase(partition);
      members_.ledger_.release(number_, partition.partition);
    }
  }

  void commit(const Offsets& offsets, bool wait) {
    Attempts attempts;
    for (const auto& [partition, offset] : offsets) {
      attempts[partition] =
          members_.ledger_.committing(number_, partition.partition, offset.offset);
    }
    if (wait) {
      committed(attempts, offsets, consumer_.commit(offsets, 20s));
    } else {
      consumer_.commit_async(offsets,
                             [this, attempts](const Result<void>& result, const Offsets& what) {
                               committed(attempts, what, result);
                             });
    }
  }

  void committed(const Attempts& attempts, const Offsets& offsets, const Result<void>& result) {
    if (!result) return members_.note(result.error().within("commit"));
    for (const auto& [partition, offset] : offsets) {
      members_.ledger_.commit_succeeded(attempts.at(partition), partition.partition, offset.offset);
    }
  }

  Members& members_;
  Random& random_;
  const std::uint64_t number_;
  Consumer consumer_;
  Offsets processed_;
  bool abandoned_ = false;
};

Members::Members(const Options& options, std::string bootstrap, std::string topic,
                 std::string group, GroupLedger& ledger)
    : options_(options),
      bootstrap_(std::move(bootstrap)),
      topic_(std::move(topic)),
      group_(std::move(group)),
      ledger_(ledger) {
  for (int slot = 0; slot < options.members; ++slot) {
    threads_.emplace_back([this, slot] { run(slot); });
  }
}

Members::~Members() { finish(); }

void Members::run(int slot) {
  Random random(options_.seed * 7919 + static_cast<std::uint64_t>(slot));
  while (!stopping_) Life(*this, random).live();
}

void Members::finish() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Members::note(const Error& error) {
  const std::lock_guard lock(mutex_);
  ++errors_[error.to_string()];
}

std::map<std::string, std::int64_t> Members::errors() const {
  const std::lock_guard lock(mutex_);
  return errors_;
}

}  // namespace barnabas::chaos
