#include "client/src/core/cluster/metadata_schedule.hpp"

#include <algorithm>

namespace barnabas::client {

MetadataSchedule::MetadataSchedule(const ClusterOptions& options, Random& random)
    : options_(options),
      backoff_(options.retry_backoff, options.retry_backoff_max),
      random_(random) {}

void MetadataSchedule::watch(const Now& now, std::string_view topic) {
  if (!watched_.emplace(topic).second) return;
  new_topics_.emplace(topic);
  // Another topic's pause does not concern this one, a broken network does.
  if (failures_ == 0) not_before_ = now.monotonic;
}

void MetadataSchedule::unwatch(std::string_view topic) {
  const auto found = watched_.find(topic);
  if (found == watched_.end()) return;
  new_topics_.erase(*found);
  watched_.erase(found);
}

void MetadataSchedule::watch_all(const Now& now, bool all) {
  if (all && !all_) {
    full_wanted_ = true;
    if (failures_ == 0) not_before_ = now.monotonic;
  }
  all_ = all;
}

void MetadataSchedule::request(const Now& now) {
  if (full_wanted_) return;
  full_wanted_ = true;
  const bool follows =
      last_request_ && now.monotonic - *last_request_ < 2 * options_.retry_backoff_max;
  requests_in_a_row_ = follows ? requests_in_a_row_ + 1 : 0;
  last_request_ = now.monotonic;
  const Instant spaced = deadline_after(now.monotonic, backoff_.pause(requests_in_a_row_, random_));
  not_before_ = std::max(not_before_, spaced);
}

std::optional<Instant> MetadataSchedule::next_deadline() const {
  if (asking_) return std::nullopt;
  if (full_wanted_ || !new_topics_.empty()) return not_before_;
  if (!last_success_) return std::nullopt;
  return deadline_after(*last_success_, options_.metadata_max_age);
}

std::optional<MetadataSchedule::Refresh> MetadataSchedule::take_due(const Now& now) {
  const std::optional<Instant> due = next_deadline();
  if (!due || *due > now.monotonic) return std::nullopt;
  Refresh refresh;
  refresh.complete = full_wanted_ || new_topics_.empty();
  refresh.all_topics = refresh.complete && all_;
  asked_ = refresh.complete ? watched_ : new_topics_;
  if (!refresh.all_topics) refresh.topics = asked_;
  if (refresh.complete) full_wanted_ = false;
  asking_ = true;
  return refresh;
}

void MetadataSchedule::succeeded(const Now& now, const TopicNames& unknown) {
  asking_ = false;
  failures_ = 0;
  failing_since_.reset();
  last_success_ = now.monotonic;
  for (const std::string& topic : asked_) new_topics_.erase(topic);
  for (const std::string& topic : unknown) {
    if (watched_.contains(topic)) new_topics_.insert(topic);
  }
  unknown_in_a_row_ = unknown.empty() ? 0 : unknown_in_a_row_ + 1;
  if (!unknown.empty()) {
    not_before_ = deadline_after(now.monotonic, backoff_.pause(unknown_in_a_row_, random_));
  }
}

void MetadataSchedule::failed(const Now& now) {
  asking_ = false;
  full_wanted_ = true;
  if (!failing_since_) failing_since_ = now.monotonic;
  not_before_ = deadline_after(now.monotonic, backoff_.pause(++failures_, random_));
}

}  // namespace barnabas::client
