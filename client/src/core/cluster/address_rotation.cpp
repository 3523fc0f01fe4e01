#include "client/src/core/cluster/address_rotation.hpp"

#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

bool contains(const std::vector<network::Address>& addresses, const network::Address& address) {
  return std::ranges::find(addresses, address) != addresses.end();
}

}  // namespace

void AddressRotation::begin(std::vector<network::Address> addresses) {
  round_ = std::move(addresses);
  if (planted(PlantedBug::stay_with_dead_address)) round_.resize(1);
  position_ = 0;
  std::stable_partition(round_.begin(), round_.end(),
                        [this](const network::Address& a) { return !contains(bad_, a); });
  // Addresses that the name no longer has are of no interest.
  std::erase_if(bad_, [this](const network::Address& a) { return !contains(round_, a); });
}

std::optional<network::Address> AddressRotation::next() {
  if (position_ == round_.size()) return std::nullopt;
  return round_[position_++];
}

void AddressRotation::failed() {
  if (position_ == 0) return;
  const network::Address& address = round_[position_ - 1];
  if (!contains(bad_, address)) bad_.push_back(address);
}

void AddressRotation::worked() {
  if (position_ > 0) std::erase(bad_, round_[position_ - 1]);
}

}  // namespace barnabas::client
