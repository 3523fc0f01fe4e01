#pragma once

#include "tests/simulation/plan.hpp"

namespace barnabas::test {

class Run;

/// Lets a planned fault happen now, and ends it in its time.
void play(Run& run, const FaultPlan& fault);

}  // namespace barnabas::test
