#pragma once

#include "broker/src/core/fetch/delayed_fetches.hpp"
#include "broker/src/core/fetch/fetch_session.hpp"
#include "broker/src/core/request/request_context.hpp"
#include "broker/src/core/request/responder.hpp"
#include "broker/src/core/storage/partition_log.hpp"
#include "broker/src/core/topic/topic.hpp"
#include "protocol/messages/fetch.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::broker {

/// What a fetch wants, freed from the request's bytes, so that it can wait.
struct FetchPlan {
  Services* broker = nullptr;
  NodeId node = no_node;
  std::size_t listener = 0;
  std::int16_t version = 0;
  std::shared_ptr<FetchSession> session;
  bool incremental = false;  ///< Partitions without news are left out of the answer.
  std::size_t min_bytes = 0;
  std::size_t max_bytes = 0;
  storage::ReadUpTo limit = storage::ReadUpTo::high_watermark;
};

/// One pass over the partitions of a fetch.
class FetchPass {
 public:
  using Response = protocol::FetchResponse;

  /// `faults` may be null. Lifetime: `plan` outlives the pass.
  FetchPass(const FetchPlan& plan, const RequestContext* faults) : plan_(plan), faults_(faults) {}

  /// Reads everything once. Requires: called once.
  void read();

  /// Whether the answer must not wait: enough data, or something that the client must know.
  bool is_urgent() const noexcept { return urgent_ || bytes_ >= plan_.min_bytes; }
  std::size_t bytes() const noexcept { return bytes_; }
  /// The logs that could bring more.
  std::vector<DelayedFetch::Watch> take_watches() { return std::move(watches_); }

  /// Puts the answer together and notes in the session what the client was told.
  void answer(const Responder<protocol::FetchRequest>& respond);

 private:
  using PartitionData = Response::PartitionData;

  struct Found {
    FetchSession::Partitions::iterator wanted;
    PartitionData data;
  };

  const Topic* find_topic(const FetchKey& key) const;
  void read(FetchSession::Partitions::iterator wanted);
  void read_log(const FetchPartition& wanted, storage::PartitionLog& log, PartitionData& data);
  bool diverges(const FetchPartition& wanted, const storage::PartitionLog& log,
                PartitionData& data) const;
  void fail(PartitionData& data, ErrorCode code) const;
  static bool has_news(const FetchPartition& wanted, const PartitionData& data);
  void add(Response& response, const FetchKey& key, PartitionData data) const;
  void tell_leaders(Response& response) const;

  const FetchPlan& plan_;
  const RequestContext* faults_;
  std::vector<Found> found_;
  std::vector<DelayedFetch::Watch> watches_;
  std::vector<std::shared_ptr<const void>> owners_;
  std::size_t bytes_ = 0;
  bool urgent_ = false;
};

}  // namespace barnabas::broker
