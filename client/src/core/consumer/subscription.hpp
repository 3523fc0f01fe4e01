#pragma once

#include "client/src/core/cluster/metadata.hpp"
#include "client/src/core/consumer/topic_pattern.hpp"

#include <barnabas/result.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::client {

/// What the application asked to read: topics by name, topics by pattern, or partitions chosen by
/// hand. One of them at a time.
/// Thread-safety: none.
class Subscription {
 public:
  enum class Mode { none, topics, pattern, by_hand };

  explicit Subscription(bool exclude_internal) : exclude_internal_(exclude_internal) {}

  /// Errors: invalid_argument for a name that no topic can have, invalid_state when partitions are
  /// assigned by hand.
  Result<void> set_topics(const std::vector<std::string>& topics);
  /// Matches nothing until resolve. Errors: invalid_argument, invalid_state.
  Result<void> set_pattern(std::string_view pattern);
  /// Errors: invalid_state when subscribed.
  Result<void> set_by_hand();
  void clear();

  /// Matches the pattern against all topics of the cluster. True when the topics changed.
  bool resolve(const Metadata& metadata);

  Mode mode() const noexcept { return mode_; }
  bool is_subscribed() const noexcept { return mode_ == Mode::topics || mode_ == Mode::pattern; }
  /// In order.
  const std::set<std::string>& topics() const noexcept { return topics_; }

 private:
  Result<void> not_by_hand() const;

  bool exclude_internal_;
  Mode mode_ = Mode::none;
  std::set<std::string> topics_;
  std::optional<TopicPattern> pattern_;
};

/// Whether a topic may have this name: 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-', but not "." or
/// "..".
bool is_topic_name(std::string_view name);

}  // namespace barnabas::client
