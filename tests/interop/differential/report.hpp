#pragma once

#include "tests/interop/differential/allowances.hpp"

#include <iosfwd>
#include <vector>

namespace barnabas::differential {

/// Writes the differences that no allowance covers, alike ones together. Returns how many kinds
/// there are.
std::size_t report_differences(std::ostream& out, const std::vector<Difference>& differences,
                               Allowances& allowances);
/// Writes the allowances that matched nothing and returns how many there are.
std::size_t report_unused(std::ostream& out, const Allowances& allowances);

}  // namespace barnabas::differential
