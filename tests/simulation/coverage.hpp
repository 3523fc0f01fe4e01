#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace barnabas::test {

/// What runs have come across, so that a campaign shows what they never do.
class Coverage {
 public:
  void hit(const std::string& what, std::uint64_t times = 1) { hits_[what] += times; }
  void add(const Coverage& other) {
    for (const auto& [what, times] : other.hits_) hits_[what] += times;
  }
  const std::map<std::string, std::uint64_t>& hits() const noexcept { return hits_; }

 private:
  std::map<std::string, std::uint64_t> hits_;
};

}  // namespace barnabas::test
