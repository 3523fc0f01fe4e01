#pragma once

#include "broker/src/core/fault/fault_decision.hpp"

#include <barnabas/fault.hpp>

#include <cstdint>
#include <functional>
#include <map>

namespace barnabas::broker {

/// The faults and interceptors in force.
/// Thread-safety: none.
class FaultTable {
 public:
  FaultId add(Fault fault);
  FaultId add(ApiKey api, Interceptor interceptor);
  void remove(FaultId id) { entries_.erase(id); }

  /// Whether the fault was added and not removed.
  bool contains(FaultId id) const { return entries_.contains(id); }
  /// How many requests a fault struck; 0 for unknown ones.
  std::uint64_t hits(FaultId id) const;

  /// Whether any entry cares about requests of this kind, whatever partitions they name.
  bool concerns(ApiKey api) const;
  /// Decides about one request; faults that are used up stop striking.
  FaultDecision decide(const RequestInfo& request);

 private:
  struct Entry {
    Fault fault;
    Interceptor interceptor;  // decides instead of the fault's verdict, if set
    std::uint64_t seen = 0;
    std::uint64_t hits = 0;

    bool used_up() const noexcept { return hits >= fault.times(); }
  };

  static void apply(FaultId id, const Fault& fault, const Verdict& verdict,
                    FaultDecision& decision);

  std::map<FaultId, Entry> entries_;  // used-up ones stay, for `hits` and for what they hold
  std::uint64_t next_id_ = 1;
};

}  // namespace barnabas::broker
