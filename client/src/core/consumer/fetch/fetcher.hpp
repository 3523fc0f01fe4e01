#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/consumer/fetch/fetch_session.hpp"
#include "client/src/core/consumer/fetch/prefetch_window.hpp"
#include "client/src/core/consumer/positions/assignment.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"
#include "protocol/messages/fetch.hpp"

#include <barnabas/consumer_config.hpp>
#include <barnabas/isolation_level.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::client {

struct FetchOptions {
  std::int32_t min_bytes = 1;                             ///< (fetch.min.bytes)
  Duration max_wait{};                                    ///< (fetch.max.wait.ms)
  std::int32_t max_bytes = 0;                             ///< (fetch.max.bytes)
  std::int32_t max_partition_bytes = 0;                   ///< (max.partition.fetch.bytes)
  std::size_t prefetch_bytes = 0;                         ///< (prefetch.max.bytes)
  IsolationLevel isolation{};                             ///< (isolation.level)
  std::string rack;                                       ///< (client.rack)
  OffsetReset reset = OffsetReset::latest();              ///< (auto.offset.reset)
  Duration retry_backoff{};                               ///< (retry.backoff.ms)
  Duration retry_backoff_max{};                           ///< (retry.backoff.max.ms)
  Duration longest_hold = std::chrono::milliseconds(20);  ///< See Fetcher; zero: none.
  Duration replica_max_age{};  ///< How long a preferred replica is believed (metadata.max.age.ms).
};

/// Keeps the buffers of ready partitions filled: one fetch under way per broker, the next one sent
/// as soon as the answer is there, as long as the budget of bytes lasts. Neither checks nor decodes
/// what comes.
///
/// The budget counts what is buffered, what the application's thread is decoding, and what the
/// fetches under way may bring; a single batch may exceed it (KIP-74). It is a PrefetchWindow, or
/// prefetch.max.bytes while nothing waits but for paused partitions. Each broker may have its
/// share of it on the way, so that one that has nothing to tell does not keep the others from
/// telling; if it is too little for all at once, they take turns and wait the shorter. If nothing
/// but paused partitions fills it, their buffers are dropped, to be fetched again.
///
/// An answer that the application will not get to for a while is not read in advance from a broker
/// near by: it is held back in the system's buffers until all before it has been read. The thread
/// that polls then reads it itself, where the driver lets it, and finds it in its own processor's
/// caches; two threads that copy and read different data at the same time spoil them for each
/// other. It is held for no longer than two times `longest_hold`, so that no time-out comes of it.
/// Thread-safety: none.
class Fetcher {
 public:
  /// `seed` draws the chance in pauses. Lifetime: the references outlive it.
  Fetcher(FetchOptions options, Cluster& cluster, Assignment& assignment, Logger& logger,
          std::uint64_t seed);

  /// Something may have become possible: a position, a leader, a connection, room in the budget.
  void changed() noexcept { changed_ = true; }
  /// As `changed`, when nothing but room in the budget is new.
  void room_made() noexcept { changed_ = changed_ || !all_under_way(); }
  /// The application has read all there was.
  void let_go_all(const Now& now);
  /// Sends what can be sent.
  void run(const Now& now);
  std::optional<Instant> next_deadline() const;

 private:
  using Response = protocol::FetchResponse;
  using PartitionData = Response::PartitionData;
  struct Node {
    FetchSession session;
    bool under_way = false;
    std::size_t reserved = 0;  // bytes that the answer may bring
    Instant asked_at{};
    std::optional<Instant> held_at;  // since when answers are held
    Instant let_go_at{};             // when they were not any more
    std::size_t turn = 0;            // which partition comes first
    std::uint32_t failures = 0;
    Instant retry_at{};
  };

  // What one of several brokers may be asked for.
  struct Share {
    std::size_t bytes = 0;
    Duration max_wait{};
  };

  // Sending (fetcher.cpp)
  bool all_under_way() const noexcept;
  bool wants_data(const PartitionState& state) const;
  NodeId source_of(const Now& now, PartitionState& state, const PartitionMetadata* known);
  FetchTarget target_of(const PartitionState& state, const TopicMetadata* topic,
                        const PartitionMetadata* known) const;
  void retry_later(Instant at);
  std::size_t enough_bytes() const;
  std::size_t brokers() const { return std::max<std::size_t>(1, nodes_.size()); }
  Share share_among(std::size_t brokers) const;
  std::size_t free_budget() const;
  bool free_paused_buffers();
  void fetch(const Now& now, NodeId id, std::vector<FetchTarget> targets);
  protocol::FetchRequest build(const FetchPlan& plan, std::int32_t max_bytes) const;

  // Holding answers (fetcher_holding.cpp)
  void hold(const Now& now, NodeId id, Node& node);
  void let_go(const Now& now, NodeId id, Node& node);
  void let_go_late(const Now& now);
  bool is_worth_holding(std::size_t bytes) const;

  // Answers (fetcher_answers.cpp)
  void on_reply(const Now& now, NodeId id, bool by_id, const Reply<Response>& reply);
  void fail(const Now& now, Node& node, const Error& error);
  void on_response(const Now& now, NodeId id, Node& node, bool by_id, std::size_t asked,
                   const Response& response, const std::shared_ptr<const void>& frame);
  void on_partition(const Now& now, NodeId id, PartitionState& state, const PartitionData& data,
                    const std::shared_ptr<const void>& frame,
                    const std::shared_ptr<ByteCharge>& charge);
  void on_data(const Now& now, PartitionState& state, const PartitionData& data,
               const std::shared_ptr<const void>& frame, const std::shared_ptr<ByteCharge>& charge);
  void on_partition_error(const Now& now, NodeId id, PartitionState& state, ErrorCode code);
  void on_out_of_range(const Now& now, NodeId id, PartitionState& state);
  void pause(const Now& now, PartitionState& state);

  FetchOptions options_;
  PrefetchWindow window_;
  Cluster& cluster_;
  Assignment& assignment_;
  Logger& logger_;
  Backoff backoff_;
  Random random_;
  std::map<NodeId, Node> nodes_;
  NodeId last_fetched_ = no_node;
  std::size_t reserved_ = 0;
  Share share_;  // of those that the latest run could ask
  bool changed_ = true;
  std::optional<Instant> retry_at_;
  std::optional<Instant> look_at_holds_;  // not moved for each hold: that would wake the driver
};

}  // namespace barnabas::client
