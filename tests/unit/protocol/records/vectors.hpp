#pragma once

#include <string_view>

// Batches as other implementations write them.

namespace barnabas::test {

/// Offset 0 at 1700000000000: key "k", value "hello", header "h" = "1"; 5 ms later: all null.
inline constexpr std::string_view two_records_batch =
    "0000000000000000 00000049 ffffffff 02 37ac6c7c 0000 00000001 0000018bcfe56800 0000018bcfe56805"
    "ffffffffffffffff ffff ffffffff 00000002"
    "20000000026b0a68656c6c6f0202680231 0c000a02010100";

/// Offset 42 at 1700000000000: producer 1000, epoch 3, commits with coordinator epoch 7.
inline constexpr std::string_view commit_marker_batch =
    "000000000000002a 00000042 00000000 02 ad320ccb 0030 00000000 0000018bcfe56800 0000018bcfe56800"
    "00000000000003e8 0003 ffffffff 00000001"
    "20000000080000 00010c000000000007 00";

/// Offset 0: key "k", value "v"; at 1700000000000 and without a time.
inline constexpr std::string_view magic1_message =
    "0000000000000000 00000018 39268c33 01 00 0000018bcfe56800 00000001 6b 00000001 76";
inline constexpr std::string_view magic0_message =
    "0000000000000000 00000010 1fecd70a 00 00 00000001 6b 00000001 76";

}  // namespace barnabas::test
