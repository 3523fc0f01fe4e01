#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::bench {

/// Measures this whole process between `start` and `stop` and prints the figures as one line of
/// JSON: rates, CPU (user and system, all threads), threads, peak memory, context switches and
/// allocations, each per message. Under callgrind only what lies between is counted.
class Meter {
 public:
  /// `contestant` names the program's variant in the line.
  explicit Meter(std::string contestant) : contestant_(std::move(contestant)) {}

  void start();
  void stop();
  bool running() const noexcept { return running_; }
  /// Adds a figure of the program's own.
  void note(std::string name, double value) { notes_.emplace_back(std::move(name), value); }
  /// What of this process is in memory now, in bytes.
  static double resident();
  /// Requires: stopped.
  void print(std::uint64_t messages, std::uint64_t bytes) const;

 private:
  struct Reading {
    std::chrono::steady_clock::time_point time;
    double user = 0;
    double system = 0;
    std::uint64_t voluntary = 0;
    std::uint64_t involuntary = 0;
    std::uint64_t allocations = 0;
    long threads = 0;
  };
  static Reading read();

  std::string contestant_;
  bool running_ = false;
  Reading before_;
  Reading after_;
  std::vector<std::pair<std::string, double>> notes_;
};

}  // namespace barnabas::bench
