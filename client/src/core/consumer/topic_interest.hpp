#pragma once

#include "client/src/core/cluster/cluster.hpp"

#include <map>
#include <string>

namespace barnabas::client {

/// Counts who wants metadata about a topic, so that it is watched as long as anybody does.
/// Thread-safety: none.
class TopicInterest {
 public:
  /// Lifetime: the cluster outlives it.
  explicit TopicInterest(Cluster& cluster) : cluster_(cluster) {}

  void add(const Now& now, const std::string& topic) {
    if (++counts_[topic] == 1) cluster_.watch_topic(now, topic);
  }
  void remove(const std::string& topic) {
    const auto found = counts_.find(topic);
    if (found == counts_.end() || --found->second > 0) return;
    counts_.erase(found);
    cluster_.unwatch_topic(topic);
  }
  /// Replaces one party's set of topics by another.
  template <class Topics>
  void replace(const Now& now, Topics& mine, Topics wanted) {
    for (const std::string& topic : wanted) add(now, topic);
    for (const std::string& topic : mine) remove(topic);
    mine = std::move(wanted);
  }

 private:
  Cluster& cluster_;
  std::map<std::string, int> counts_;
};

}  // namespace barnabas::client
