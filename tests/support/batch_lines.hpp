#pragma once

#include <barnabas/bytes.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The lines that tests/interop/conformance/Batches.java writes and reads: NAME, BYTES, TEXT,
// separated by tabs. The text says what is in the bytes.

namespace barnabas::test {

/// Batches of ours in every codec and level, and a control batch of each kind.
std::vector<std::string> random_batch_lines(std::uint64_t seed);

/// Reads the line's bytes and compares them with the text. What is wrong, or nothing.
std::string check_batch_line(std::string_view line);

}  // namespace barnabas::test
