#pragma once

#include <barnabas/uuid.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <set>
#include <string>

namespace barnabas::broker {

/// A partition as a Fetch names it: by the topic's name up to version 12, by its id from 13 on.
struct FetchKey {
  std::string topic;  ///< Empty when the id counts.
  Uuid topic_id;      ///< Zero when the name counts.
  std::int32_t partition = 0;

  friend auto operator<=>(const FetchKey&, const FetchKey&) = default;
  friend bool operator==(const FetchKey&, const FetchKey&) = default;
};

/// What a client wants of one partition, and what it was told last.
struct FetchPartition {
  FetchKey key;
  std::int64_t offset = 0;
  std::int32_t max_bytes = 0;
  std::int32_t current_leader_epoch = -1;  ///< -1: not to be checked.
  std::int32_t last_fetched_epoch = -1;    ///< -1: not to be checked for divergence.

  std::int64_t told_high_watermark = -1;
  std::int64_t told_log_start_offset = -1;
};

/// The partitions of a fetch, in the order in which they are served. With an id other than 0 it is
/// a session that the next fetch of the client goes on with (KIP-227).
/// Thread-safety: none.
class FetchSession {
 public:
  using Partitions = std::list<FetchPartition>;

  FetchSession(std::int32_t id, bool by_topic_id) : id_(id), by_topic_id_(by_topic_id) {}
  FetchSession(const FetchSession&) = delete;
  FetchSession& operator=(const FetchSession&) = delete;

  std::int32_t id() const noexcept { return id_; }
  bool by_topic_id() const noexcept { return by_topic_id_; }
  /// The epoch that the next request must carry.
  std::int32_t next_epoch() const noexcept { return next_epoch_; }
  void advance_epoch() noexcept;

  /// Adds a partition at the end, or changes what is wanted of a known one in its place.
  void set(FetchPartition partition);
  void forget(const FetchKey& key);

  Partitions& partitions() noexcept { return partitions_; }
  const Partitions& partitions() const noexcept { return partitions_; }
  std::size_t size() const noexcept { return partitions_.size(); }
  /// A partition that was served goes behind those that were not, so that all get their turn.
  void move_to_end(Partitions::iterator partition) {
    partitions_.splice(partitions_.end(), partitions_, partition);
  }

 private:
  struct ByKey {
    using is_transparent = void;
    bool operator()(Partitions::iterator a, Partitions::iterator b) const {
      return a->key < b->key;
    }
    bool operator()(Partitions::iterator a, const FetchKey& b) const { return a->key < b; }
    bool operator()(const FetchKey& a, Partitions::iterator b) const { return a < b->key; }
  };

  std::int32_t id_;
  bool by_topic_id_;
  std::int32_t next_epoch_ = 1;
  Partitions partitions_;
  std::set<Partitions::iterator, ByKey> index_;
};

}  // namespace barnabas::broker
