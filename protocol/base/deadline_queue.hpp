#pragma once

#include "protocol/base/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace barnabas {

/// At most one deadline per key, earliest first; equal deadlines come in the order of their keys,
/// so that runs are reproducible. Setting, cancelling and popping cost O(log n).
/// Thread-safety: none.
template <class Key>
class DeadlineQueue {
 public:
  /// Sets or moves the deadline of `key`.
  void set(const Key& key, Instant at) {
    auto [entry, inserted] = by_key_.try_emplace(key, at);
    if (!inserted) {
      if (entry->second == at) return;
      by_time_.erase({entry->second, key});
      entry->second = at;
    }
    by_time_.insert({at, key});
  }

  /// Forgets `key`; unknown keys are ignored.
  void cancel(const Key& key) {
    auto entry = by_key_.find(key);
    if (entry == by_key_.end()) return;
    by_time_.erase({entry->second, key});
    by_key_.erase(entry);
  }

  /// The earliest deadline.
  std::optional<Instant> next() const {
    if (by_time_.empty()) return std::nullopt;
    return by_time_.begin()->first;
  }

  std::optional<Instant> deadline_of(const Key& key) const {
    auto entry = by_key_.find(key);
    if (entry == by_key_.end()) return std::nullopt;
    return entry->second;
  }

  /// Removes and returns the earliest key whose deadline is not after `now`.
  std::optional<Key> pop_due(Instant now) {
    if (by_time_.empty() || by_time_.begin()->first > now) return std::nullopt;
    Key key = by_time_.begin()->second;
    by_key_.erase(key);
    by_time_.erase(by_time_.begin());
    return key;
  }

  bool empty() const noexcept { return by_key_.empty(); }
  std::size_t size() const noexcept { return by_key_.size(); }

 private:
  std::set<std::pair<Instant, Key>> by_time_;
  std::map<Key, Instant> by_key_;
};

}  // namespace barnabas
