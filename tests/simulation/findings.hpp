#pragma once

#include "simulation/src/world.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::test {

/// What the checkers of a run have found wrong.
class Findings {
 public:
  struct Finding {
    std::string checker;  ///< Names the promise that was broken.
    std::string what;
  };

  explicit Findings(simulation::World& world) : world_(world) {}

  void add(std::string_view checker, std::string what) {
    world_.tell("CHECK", std::string(checker) + ": " + what);
    if (findings_.size() < most) findings_.push_back({std::string(checker), std::move(what)});
  }
  bool empty() const noexcept { return findings_.empty(); }
  const std::vector<Finding>& all() const noexcept { return findings_; }

 private:
  static constexpr std::size_t most = 20;
  simulation::World& world_;
  std::vector<Finding> findings_;
};

}  // namespace barnabas::test
