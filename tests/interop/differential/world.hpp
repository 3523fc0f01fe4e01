#pragma once

#include "tests/interop/differential/comparison.hpp"
#include "tests/interop/differential/sides.hpp"

#include <barnabas/uuid.hpp>

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::differential {

using Settings = std::vector<std::pair<std::string_view, std::string_view>>;
using Versions = std::initializer_list<std::int16_t>;

/// The two brokers, and what was found out about them so far.
class World {
 public:
  explicit World(Both<std::uint16_t> ports) : ports_(ports), comparison_(ports) {}

  const Both<std::uint16_t>& ports() const noexcept { return ports_; }
  Comparison& comparison() noexcept { return comparison_; }

  void begin_scenario(std::string name) { scenario_ = std::move(name); }
  const std::string& scenario() const noexcept { return scenario_; }

  /// Text that lives as long as the world, for requests to view.
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  /// `stem` with a number that no other has.
  std::string_view fresh(std::string_view stem) {
    return keep(std::string(stem) + "-" + std::to_string(++names_));
  }
  std::vector<std::byte>& keep(std::vector<std::byte> bytes) {
    return bytes_.emplace_back(std::move(bytes));
  }

  /// Makes the topic on both brokers, without comparing, and waits until it can be used.
  Both<Uuid> create_topic(std::string_view topic, std::int32_t partitions,
                          const Settings& settings = {});
  /// Waits until both brokers show all partitions of the topic, or none.
  Both<Uuid> await_topic(std::string_view topic, std::size_t partitions);
  /// Waits until both brokers coordinate groups.
  void await_coordinators();

 private:
  Both<std::uint16_t> ports_;
  Comparison comparison_;
  std::string scenario_;
  std::deque<std::string> texts_;
  std::deque<std::vector<std::byte>> bytes_;
  int names_ = 0;
};

}  // namespace barnabas::differential
