#include "client/src/core/consumer/subscription.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

bool is_topic_name(std::string_view name) {
  constexpr std::size_t longest = 249;
  if (name.empty() || name.size() > longest || name == "." || name == "..") return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

Result<void> Subscription::not_by_hand() const {
  if (mode_ != Mode::by_hand) return {};
  return Error(ErrorCode::invalid_state, "partitions are assigned by hand: unsubscribe first");
}

Result<void> Subscription::set_topics(const std::vector<std::string>& topics) {
  if (Result<void> allowed = not_by_hand(); !allowed) return allowed;
  for (const std::string& topic : topics) {
    if (!is_topic_name(topic)) {
      return Error(
          ErrorCode::invalid_argument,
          "\"" + topic + "\" is not a topic name: 1 to 249 letters, digits, '.', '_' and '-'");
    }
  }
  mode_ = Mode::topics;
  topics_ = {topics.begin(), topics.end()};
  pattern_.reset();
  return {};
}

Result<void> Subscription::set_pattern(std::string_view pattern) {
  if (Result<void> allowed = not_by_hand(); !allowed) return allowed;
  Result<TopicPattern> compiled = TopicPattern::compile(pattern);
  if (!compiled) return std::move(compiled).error();
  mode_ = Mode::pattern;
  topics_.clear();
  pattern_ = *std::move(compiled);
  return {};
}

Result<void> Subscription::set_by_hand() {
  if (is_subscribed()) {
    return Error(ErrorCode::invalid_state, "topics are subscribed: unsubscribe first");
  }
  mode_ = Mode::by_hand;
  return {};
}

void Subscription::clear() {
  mode_ = Mode::none;
  topics_.clear();
  pattern_.reset();
}

bool Subscription::resolve(const Metadata& metadata) {
  if (!pattern_) return false;
  std::set<std::string> matched;
  for (const auto& [name, topic] : metadata.topics()) {
    if (topic.error != ErrorCode::none && !topics_.contains(name)) continue;
    if (topic.error == ErrorCode::unknown_topic_or_partition) continue;
    if (exclude_internal_ && topic.internal) continue;
    if (pattern_->matches(name)) matched.insert(name);
  }
  if (matched == topics_) return false;
  topics_ = std::move(matched);
  return true;
}

}  // namespace barnabas::client
