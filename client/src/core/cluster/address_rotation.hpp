#pragma once

#include "protocol/network/address.hpp"

#include <optional>
#include <vector>

namespace barnabas::client {

/// The order in which the addresses of one broker are tried. A name is looked up anew for every
/// round; addresses that failed lately come last, so that a dead one costs its time-out once and
/// not at every reconnect.
class AddressRotation {
 public:
  /// Begins a round with what a look-up yielded, in the resolver's order.
  void begin(std::vector<network::Address> addresses);
  /// The next address of the round; nothing when all were tried.
  std::optional<network::Address> next();
  /// How the address that next() gave last did.
  void failed();
  void worked();

 private:
  std::vector<network::Address> round_;
  std::size_t position_ = 0;
  std::vector<network::Address> bad_;  // those of the last round that failed
};

}  // namespace barnabas::client
