#include "tests/chaos/killing.hpp"

#include "protocol/base/random.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

namespace barnabas::chaos {

namespace {

using namespace std::chrono_literals;

bool moved(const std::function<Progress()>& progress, const Progress& before) {
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  while (std::chrono::steady_clock::now() < deadline) {
    const Progress now = progress();
    if (now.acknowledged > before.acknowledged && now.commits > before.commits) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

}  // namespace

bool kill_again_and_again(BrokerProcess& broker, const Options& options,
                          const std::function<Progress()>& progress) {
  Random random(options.seed);
  for (int round = 1; round <= options.kills; ++round) {
    const Progress before = progress();
    if (!moved(progress, before)) {
      std::cerr << "after kill " << round - 1
                << ": nothing is acknowledged or committed any more\n";
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random.below(200)));
    if (broker.ended()) {
      std::cerr << "before kill " << round << ": the broker ended by itself\n";
      return false;
    }
    broker.kill();
    if (!broker.start()) {
      std::cerr << "after kill " << round << ": the broker does not start\n";
      return false;
    }
  }
  return true;
}

void damage(const std::string& data, const std::string& topic) {
  for (const auto& folder : std::filesystem::directory_iterator(data)) {
    if (!folder.is_directory() || !folder.path().filename().string().starts_with(topic)) continue;
    std::filesystem::path last;  // the open segment
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (file.path().extension() == ".log") last = std::max(last, file.path());
    }
    if (!last.empty()) std::filesystem::resize_file(last, std::filesystem::file_size(last) / 2);
  }
}

}  // namespace barnabas::chaos
