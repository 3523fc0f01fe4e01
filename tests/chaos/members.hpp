#pragma once

#include "tests/chaos/group_ledger.hpp"
#include "tests/chaos/options.hpp"

#include <barnabas/consumer.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace barnabas::chaos {

/// Members of one group that come, read, commit, and go: most leave, some vanish. Each slot runs on
/// a thread of its own and is taken by one member after the other.
class Members {
 public:
  /// Starts. `group` names the assignors, and the group. Lifetime: `ledger` outlives it.
  Members(const Options& options, std::string bootstrap, std::string topic, std::string group,
          GroupLedger& ledger);
  ~Members();
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  const std::string& group() const noexcept { return group_; }
  /// Those who are there leave.
  void finish();
  /// Errors that the members' calls returned, with how often.
  std::map<std::string, std::int64_t> errors() const;

 private:
  class Life;
  void run(int slot);
  void note(const Error& error);

  const Options& options_;
  const std::string bootstrap_;
  const std::string topic_;
  const std::string group_;
  GroupLedger& ledger_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t> errors_;
  std::vector<std::thread> threads_;
};

/// Settings of a consumer that notices quickly when a broker is back.
ConsumerConfig consumer_config(const std::string& bootstrap);

}  // namespace barnabas::chaos
