#pragma once

#include <cstdint>

namespace barnabas {

/// Which records of transactions a reader sees (KIP-98). The values are those on the wire.
enum class IsolationLevel : std::int8_t {
  read_uncommitted = 0,  ///< All, those of open and aborted transactions too.
  read_committed = 1,    ///< Only those of committed ones; stops before the first open transaction.
};

}  // namespace barnabas
