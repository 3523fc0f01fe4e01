#include "broker/src/core/fetch/fetch_session_cache.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace barnabas::broker {

std::shared_ptr<FetchSession> FetchSessionCache::create(const Now& now, bool by_topic_id,
                                                        std::size_t partitions, bool wanted) {
  if (!wanted || !make_room(now, partitions)) {
    return std::make_shared<FetchSession>(0, by_topic_id);
  }
  auto session = std::make_shared<FetchSession>(new_id(), by_topic_id);
  sessions_.emplace(session->id(), Slot{session, now.monotonic, now.monotonic});
  return session;
}

FetchSessionCache::Found FetchSessionCache::resume(const Now& now, std::int32_t id,
                                                   std::int32_t epoch, bool by_topic_id) {
  const auto slot = sessions_.find(id);
  if (slot == sessions_.end()) return {ErrorCode::fetch_session_id_not_found, nullptr};
  FetchSession& session = *slot->second.session;
  if (session.by_topic_id() != by_topic_id) {
    return {ErrorCode::fetch_session_topic_id_error, nullptr};
  }
  if (session.next_epoch() != epoch) return {ErrorCode::invalid_fetch_session_epoch, nullptr};
  session.advance_epoch();
  slot->second.last_used = now.monotonic;
  return {ErrorCode::none, slot->second.session};
}

const FetchSession* FetchSessionCache::find(std::int32_t id) const {
  const auto slot = sessions_.find(id);
  return slot == sessions_.end() ? nullptr : slot->second.session.get();
}

bool FetchSessionCache::make_room(const Now& now, std::size_t partitions) {
  if (sessions_.size() < slots_) return true;
  if (sessions_.empty()) return false;
  const auto has_passed = [&](Instant since) { return now.monotonic - since >= eviction_time_; };
  const auto by_use = [](const auto& a, const auto& b) {
    return a.second.last_used < b.second.last_used;
  };
  const auto idlest = std::min_element(sessions_.begin(), sessions_.end(), by_use);
  if (has_passed(idlest->second.last_used)) {
    sessions_.erase(idlest);
    return true;
  }
  const auto by_size = [&](const auto& a, const auto& b) {
    const bool a_young = !has_passed(a.second.created), b_young = !has_passed(b.second.created);
    return std::pair(a_young, a.second.session->size()) <
           std::pair(b_young, b.second.session->size());
  };
  const auto smallest = std::min_element(sessions_.begin(), sessions_.end(), by_size);
  if (!has_passed(smallest->second.created) || smallest->second.session->size() >= partitions) {
    return false;
  }
  sessions_.erase(smallest);
  return true;
}

std::int32_t FetchSessionCache::new_id() {
  for (;;) {
    constexpr auto ids = static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
    const auto id = static_cast<std::int32_t>(random_.below(ids)) + 1;
    if (!sessions_.contains(id)) return id;
  }
}

}  // namespace barnabas::broker
