#include "tests/bench/programs/meter.hpp"

#include "tests/bench/programs/allocations.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <string>

#if __has_include(<valgrind/callgrind.h>)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION static_cast<void>(0)
#define CALLGRIND_STOP_INSTRUMENTATION static_cast<void>(0)
#endif

namespace barnabas::bench {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

// A line of /proc/self/status. The largest resident set, VmHWM in KiB, is this program's own;
// getrusage would also know that of its parent, from before it became this program.
long status(const std::string& name) {
  std::ifstream lines("/proc/self/status");
  for (std::string word; lines >> word;) {
    long value = 0;
    if (word == name && lines >> value) return value;
  }
  return 0;
}

}  // namespace

Meter::Reading Meter::read() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  Reading reading;
  reading.time = std::chrono::steady_clock::now();
  reading.user = seconds(usage.ru_utime);
  reading.system = seconds(usage.ru_stime);
  reading.voluntary = static_cast<std::uint64_t>(usage.ru_nvcsw);
  reading.involuntary = static_cast<std::uint64_t>(usage.ru_nivcsw);
  reading.allocations = allocations();
  reading.threads = status("Threads:");
  return reading;
}

void Meter::start() {
  running_ = true;
  before_ = read();
  CALLGRIND_START_INSTRUMENTATION;
}

void Meter::stop() {
  CALLGRIND_STOP_INSTRUMENTATION;
  after_ = read();
  running_ = false;
}

double Meter::resident() { return 1024.0 * static_cast<double>(status("VmRSS:")); }

void Meter::print(std::uint64_t messages, std::uint64_t bytes) const {
  const double each = messages == 0 ? 0 : 1.0 / static_cast<double>(messages);
  const double time = std::chrono::duration<double>(after_.time - before_.time).count();
  const double user = after_.user - before_.user;
  const double system = after_.system - before_.system;
  const auto per_message = [&](std::uint64_t before, std::uint64_t after) {
    return static_cast<double>(after - before) * each;
  };
  std::printf(
      "{\"contestant\": \"%s\", \"messages\": %llu, \"seconds\": %.6f, "
      "\"messages_per_second\": %.1f, \"bytes_per_second\": %.1f, "
      "\"cpu_ns_per_message\": %.2f, \"user_ns_per_message\": %.2f, "
      "\"system_ns_per_message\": %.2f, \"peak_memory_kib\": %ld, \"threads\": %ld, "
      "\"switches_per_message\": %.7f, \"waits_per_message\": %.7f, "
      "\"allocations_per_message\": %.7f",
      contestant_.c_str(), static_cast<unsigned long long>(messages), time,
      static_cast<double>(messages) / time, static_cast<double>(bytes) / time,
      (user + system) * 1e9 * each, user * 1e9 * each, system * 1e9 * each, status("VmHWM:"),
      after_.threads,
      per_message(before_.voluntary + before_.involuntary, after_.voluntary + after_.involuntary),
      per_message(before_.voluntary, after_.voluntary),
      per_message(before_.allocations, after_.allocations));
  for (const auto& [name, value] : notes_) std::printf(", \"%s\": %.3f", name.c_str(), value);
  std::printf("}\n");
}

}  // namespace barnabas::bench
