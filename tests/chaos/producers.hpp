#pragma once

#include "tests/chaos/ledger.hpp"
#include "tests/chaos/options.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace barnabas::chaos {

/// Producers that write to `topic`, each on a thread of its own: small records and 1 KiB ones, with
/// every codec, to partitions chosen by chance.
class Producers {
 public:
  /// Starts. Lifetime: `ledger` outlives it.
  Producers(const Options& options, std::string bootstrap, std::string topic, Ledger& ledger);
  ~Producers();
  Producers(const Producers&) = delete;
  Producers& operator=(const Producers&) = delete;

  /// Lets them send what they have, and waits until all records have an outcome.
  void finish();
  /// Whether all of them have sent what --records says.
  bool done() const noexcept { return running_ == 0; }

 private:
  void run(int producer);

  const Options& options_;
  const std::string bootstrap_;
  const std::string topic_;
  Ledger& ledger_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> running_;
  std::vector<std::thread> threads_;
};

}  // namespace barnabas::chaos
