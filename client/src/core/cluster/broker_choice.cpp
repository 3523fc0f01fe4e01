#include "client/src/core/cluster/broker_choice.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace barnabas::client {

namespace {

// How long an attempt to connect may take before another broker is tried beside it.
constexpr Duration patience = std::chrono::seconds(1);

Channel* least_busy(const std::vector<Channel*>& candidates, const Now& now, Random& random) {
  const auto load = [&](const Channel* channel) {
    return std::tuple(channel->throttled_until > now.monotonic,
                      channel->connection.in_flight() + channel->waiting.size());
  };
  std::vector<Channel*> best;
  for (Channel* channel : candidates) {
    if (!channel->is_ready()) continue;
    if (!best.empty() && load(channel) > load(best.front())) continue;
    if (!best.empty() && load(channel) < load(best.front())) best.clear();
    best.push_back(channel);
  }
  return best.empty() ? nullptr : best[random.below(best.size())];
}

}  // namespace

BrokerChoice choose_broker(const std::vector<Channel*>& candidates, const Now& now,
                           Random& random) {
  BrokerChoice choice;
  choice.use = least_busy(candidates, now, random);
  if (choice.use != nullptr) return choice;

  std::vector<Channel*> idle;
  std::optional<Instant> newest_attempt;
  const auto look_again_at = [&](Instant at) {
    choice.look_again = choice.look_again ? std::min(*choice.look_again, at) : at;
  };
  for (Channel* channel : candidates) {
    if (channel->is_connecting()) {
      newest_attempt = std::max(newest_attempt.value_or(channel->opened_at), channel->opened_at);
    } else if (channel->is_backing_off(now)) {
      look_again_at(channel->retry_at);
    } else {
      idle.push_back(channel);
    }
  }
  const bool be_patient = newest_attempt && now.monotonic < *newest_attempt + patience;
  if (be_patient) {
    look_again_at(*newest_attempt + patience);
  } else if (!idle.empty()) {
    choice.open = idle[random.below(idle.size())];
  }
  choice.hopeless = !newest_attempt && idle.empty();
  return choice;
}

}  // namespace barnabas::client
