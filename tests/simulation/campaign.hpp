#pragma once

#include "tests/simulation/coverage.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace barnabas::test {

/// Many seeds, one after the other, in several processes.
struct Campaign {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  int jobs = 1;
  std::string bug;               ///< A planted bug to be switched on; empty: none.
  std::uint64_t stop_after = 0;  ///< Failing seeds; 0: never.
  bool show_progress = true;
};

struct CampaignResult {
  struct Failure {
    std::uint64_t seed = 0;
    std::string checker;
    std::string what;
  };
  std::uint64_t runs = 0;
  double seconds = 0;
  std::vector<Failure> failures;  ///< By seed.
  Coverage coverage;
};

CampaignResult run_campaign(const Campaign& campaign);

/// Switches a planted bug on for this process. False for an unknown name, and in builds without
/// planted bugs.
bool plant_bug(const std::string& name);

}  // namespace barnabas::test
