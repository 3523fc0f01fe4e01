#pragma once

#include <string_view>

namespace barnabas::test {

/// Says that a test cannot be tried here. The caller returns; unless another test of the run fails,
/// the program ends with status 77, which ctest and tools/test report as skipped with this reason.
void skip_test(std::string_view reason);

}  // namespace barnabas::test
