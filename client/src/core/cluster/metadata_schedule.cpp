#include "client/src/core/cluster/metadata_schedule.hpp"

#include <algorithm>

namespace barnabas::client {

MetadataSchedule::MetadataSchedule(const ClusterOptions& options, Random& random)
    : options_(options),
      backoff_(options.retry_backoff, options.retry_backoff_max),
      random_(random) {}

void MetadataSchedule::watch(const Now& now, std::string_view topic) {
  if (!watched_.emplace(topic).second) return;
  new_.emplace(topic);
  new_at_ = now.monotonic;
}

void MetadataSchedule::unwatch(std::string_view topic) {
  const auto found = watched_.find(topic);
  if (found == watched_.end()) return;
  new_.erase(*found);
  unknown_.erase(*found);
  watched_.erase(found);
}

void MetadataSchedule::watch_all(const Now& now, bool all) {
  if (all && !all_) {
    complete_wanted_ = true;
    complete_at_ = now.monotonic;
  }
  all_ = all;
}

void MetadataSchedule::request(const Now& now) {
  if (complete_wanted_) return;
  complete_wanted_ = true;
  const bool follows =
      last_request_ && now.monotonic - *last_request_ < 2 * options_.retry_backoff_max;
  requests_in_a_row_ = follows ? requests_in_a_row_ + 1 : 0;
  last_request_ = now.monotonic;
  complete_at_ = deadline_after(now.monotonic, backoff_.pause(requests_in_a_row_, random_));
}

void MetadataSchedule::need_any() {
  if (last_complete_ || asking_ || complete_wanted_) return;
  complete_wanted_ = true;
  complete_at_ = Instant();
}

std::optional<Instant> MetadataSchedule::aged_at() const {
  if (!last_complete_) return std::nullopt;
  return deadline_after(*last_complete_, options_.metadata_max_age);
}

std::optional<Instant> MetadataSchedule::next_deadline() const {
  if (asking_) return std::nullopt;
  std::optional<Instant> next = aged_at();
  const auto consider = [&next](Instant at) { next = std::min(next.value_or(at), at); };
  if (complete_wanted_) consider(complete_at_);
  if (!new_.empty()) consider(new_at_);
  if (!unknown_.empty()) consider(unknown_at_);
  return next ? std::optional(std::max(*next, not_before_)) : std::nullopt;
}

bool MetadataSchedule::wants_complete(const Now& now) const {
  const std::optional<Instant> aged = aged_at();
  return (complete_wanted_ && complete_at_ <= now.monotonic) || (aged && *aged <= now.monotonic);
}

std::optional<MetadataSchedule::Refresh> MetadataSchedule::take_due(const Now& now) {
  const std::optional<Instant> due = next_deadline();
  if (!due || *due > now.monotonic) return std::nullopt;
  Refresh refresh;
  refresh.complete = wants_complete(now);
  refresh.all_topics = refresh.complete && all_;
  if (refresh.complete) {
    asked_ = watched_;
    complete_wanted_ = false;
  } else {
    asked_ = new_;
    if (unknown_at_ <= now.monotonic) asked_.insert(unknown_.begin(), unknown_.end());
  }
  if (!refresh.all_topics) refresh.topics = asked_;
  asked_completely_ = refresh.complete;
  asking_ = true;
  return refresh;
}

void MetadataSchedule::succeeded(const Now& now, const TopicNames& unknown) {
  asking_ = false;
  failures_ = 0;
  failing_since_.reset();
  // The first answer ever is as good as a complete one for those that need any.
  if (asked_completely_ || !last_complete_) last_complete_ = now.monotonic;
  bool still_unknown = false;
  for (const std::string& topic : asked_) {
    new_.erase(topic);
    unknown_.erase(topic);
    still_unknown = still_unknown || unknown.contains(topic);
  }
  for (const std::string& topic : unknown) {
    if (watched_.contains(topic) && !new_.contains(topic)) unknown_.insert(topic);
  }
  if (still_unknown) {
    unknown_at_ = deadline_after(now.monotonic, backoff_.pause(++unknown_in_a_row_, random_));
  } else if (unknown_.empty()) {
    unknown_in_a_row_ = 0;
  }
}

void MetadataSchedule::failed(const Now& now) {
  asking_ = false;
  complete_wanted_ = true;
  complete_at_ = now.monotonic;
  if (!failing_since_) failing_since_ = now.monotonic;
  not_before_ = deadline_after(now.monotonic, backoff_.pause(++failures_, random_));
}

}  // namespace barnabas::client
