#pragma once

#include <barnabas/error_code.hpp>
#include <barnabas/topic_partition.hpp>
#include <barnabas/uuid.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::client {

/// A partition in a fetch.
struct FetchTarget {
  TopicPartition partition;
  Uuid topic_id;  ///< Zero when the broker does not tell.
  std::int64_t offset = 0;
  std::int32_t leader_epoch = -1;  ///< That the client believes current.
  std::int32_t max_bytes = 0;
  std::uint64_t round = 0;  ///< PartitionState::fetch_round; not sent.
};

/// What one Fetch request says.
struct FetchPlan {
  std::int32_t session_id = 0;
  std::int32_t session_epoch = -1;
  bool by_id = false;               ///< Topics are named by id (version 13 and later).
  std::vector<FetchTarget> send;    ///< Of a full fetch all, else what is new or has changed.
  std::vector<FetchTarget> forget;  ///< No longer wanted; only in incremental fetches.
};

/// The client's side of the fetch session with one broker (KIP-227): the broker remembers what was
/// asked for, requests carry only what changed, responses only what has news. At most one request
/// is under way.
///
///   none -> (plan: id 0, epoch 0) -> (on_answer with an id) -> open: (id, 1), (id, 2), ...
///   open -> an error or a lost request -> closing: (id, 0), a full fetch that replaces the session
///   a broker that answers id 0 keeps no session: every fetch is a full one
///
/// Thread-safety: none.
class FetchSession {
 public:
  FetchSession() = default;
  FetchSession(const FetchSession&) = delete;
  FetchSession& operator=(const FetchSession&) = delete;

  /// The next request for exactly `wanted`, in this order. Requires: none is under way; each
  /// partition is there once.
  FetchPlan plan(const std::vector<FetchTarget>& wanted, bool by_id);

  /// The response tells of this partition. What the request wanted of it; null when nothing.
  /// Lifetime: until the next plan. In the order of the request it costs no look-up.
  const FetchTarget* answered(std::string_view topic, std::int32_t partition);
  /// The request was answered, and `answered` was called for all partitions in the response. False
  /// when the response is not one to this request; its content should be ignored.
  bool on_answer(ErrorCode error, std::int32_t session_id);
  /// The request or its answer was lost.
  void on_lost();

  /// One of the partitions that it wants; null without any.
  const TopicPartition* any() const;
  /// The name of the topic `id` among them; empty when it is not.
  std::string_view topic_name(const Uuid& id) const;

 private:
  struct Wanted {
    FetchTarget target;
    std::uint64_t plan = 0;      // the last one that wants it
    std::uint64_t answered = 0;  // the last one whose response told of it
  };
  using Partitions = std::map<TopicPartition, Wanted>;
  struct Topic {
    std::string name;
    std::size_t partitions = 0;
  };
  Partitions::iterator after(Partitions::iterator entry);
  void enter(const FetchTarget& target);
  void leave(const FetchTarget& target);

  std::int32_t id_ = 0;
  std::int32_t epoch_ = 0;  // of the next request
  bool by_id_ = false;
  std::uint64_t plans_ = 0;
  Partitions partitions_;
  Partitions::iterator next_ = partitions_.end();  // probably the next one that is asked for
  std::size_t answered_ = 0;                       // different ones in the response
  bool unknown_ = false;                           // others, too
  std::map<Uuid, Topic> topics_;                   // of partitions_
};

}  // namespace barnabas::client
