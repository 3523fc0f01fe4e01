#pragma once

#include "broker/src/core/fetch/fetch_session.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

namespace barnabas::broker {

/// The fetch sessions of a broker (KIP-227), at most a fixed number of them. A full cache lets a
/// new session in only in the place of one that was not used, or of a smaller one that has lived,
/// for the eviction time. Thread-safety: none.
class FetchSessionCache {
 public:
  FetchSessionCache(std::size_t slots, Duration eviction_time, std::uint64_t seed)
      : slots_(slots), eviction_time_(eviction_time), random_(seed) {}

  /// A session for `partitions` partitions to be added; one with id 0 when there is no place, or
  /// when `wanted` is false.
  std::shared_ptr<FetchSession> create(const Now& now, bool by_topic_id, std::size_t partitions,
                                       bool wanted);

  struct Found {
    ErrorCode error = ErrorCode::none;
    std::shared_ptr<FetchSession> session;  ///< Null on an error.
  };
  /// The session that an incremental request goes on with; its epoch moves on.
  /// Errors: fetch_session_id_not_found, invalid_fetch_session_epoch,
  /// fetch_session_topic_id_error.
  Found resume(const Now& now, std::int32_t id, std::int32_t epoch, bool by_topic_id);
  void remove(std::int32_t id) { sessions_.erase(id); }

  /// All partitions of a session; null when it does not exist.
  const FetchSession* find(std::int32_t id) const;
  std::size_t size() const noexcept { return sessions_.size(); }

 private:
  struct Slot {
    std::shared_ptr<FetchSession> session;
    Instant created;
    Instant last_used;
  };

  bool make_room(const Now& now, std::size_t partitions);
  std::int32_t new_id();

  std::size_t slots_;
  Duration eviction_time_;
  Random random_;
  std::map<std::int32_t, Slot> sessions_;
};

}  // namespace barnabas::broker
