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
    const auto entry = by_key_.find(key);
    if (entry != by_key_.end()) {
      if (entry->second == at) return;
      auto moved = by_time_.extract({entry->second, key});
      moved.value().first = at;
      by_time_.insert(std::move(moved));
      entry->second = at;
    } else if (spare_key_.empty()) {
      by_key_.emplace(key, at);
      by_time_.insert({at, key});
    } else {
      spare_key_.key() = key;
      spare_key_.mapped() = at;
      by_key_.insert(std::move(spare_key_));
      spare_time_.value() = {at, key};
      by_time_.insert(std::move(spare_time_));
    }
  }

  /// Forgets `key`; unknown keys are ignored.
  void cancel(const Key& key) {
    auto entry = by_key_.find(key);
    if (entry == by_key_.end()) return;
    spare_time_ = by_time_.extract({entry->second, key});
    spare_key_ = by_key_.extract(entry);
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
    spare_key_ = by_key_.extract(key);
    spare_time_ = by_time_.extract(by_time_.begin());
    return key;
  }

  bool empty() const noexcept { return by_key_.empty(); }
  std::size_t size() const noexcept { return by_key_.size(); }

 private:
  std::set<std::pair<Instant, Key>> by_time_;
  std::map<Key, Instant> by_key_;
  // One request's timer is set when the one before was cancelled: its memory serves again.
  typename std::set<std::pair<Instant, Key>>::node_type spare_time_;
  typename std::map<Key, Instant>::node_type spare_key_;
};

}  // namespace barnabas
