#pragma once

#include "tests/simulation/plan.hpp"

#include <functional>

namespace barnabas::test {

/// The smallest plan that can be found which still fails: faults, clients and records are left out,
/// and settings put back to their defaults, as long as `fails` says so.
Plan shrink(Plan plan, const std::function<bool(const Plan&)>& fails);

}  // namespace barnabas::test
