#pragma once

#include "client/src/core/producer/partition_queue.hpp"
#include "client/src/core/producer/produce_answer.hpp"
#include "client/src/core/producer/producer_batch.hpp"

#include <barnabas/producer_config.hpp>
#include <barnabas/uuid.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace barnabas::protocol {
struct ProduceRequest;
struct ProduceResponse;
}  // namespace barnabas::protocol

namespace barnabas::client {

/// One ProduceRequest under way: at most one batch of each of many partitions with one leader.
/// Lifetime: keeps its batches alive; shared by whoever sends the bytes.
class ProduceCall {
 public:
  struct Item {
    PartitionQueue* queue = nullptr;
    Uuid topic_id;
    std::shared_ptr<ProducerBatch> batch;
    bool answered = false;
  };
  /// `hint`: the leader that the broker named instead of itself, -1 for none.
  struct LeaderHint {
    std::int32_t leader = -1;
    std::int32_t epoch = -1;
  };
  using OnAnswer = std::function<void(Item& item, ProduceAnswer answer, const LeaderHint& hint)>;

  /// `topic_id`: zero when it is not known; then the call needs a version that knows names.
  void add(PartitionQueue& queue, const Uuid& topic_id, std::shared_ptr<ProducerBatch> batch);

  bool empty() const noexcept { return bytes_ == 0; }
  /// Of all batches.
  std::size_t bytes() const noexcept { return bytes_; }
  bool has_all_topic_ids() const noexcept { return has_all_topic_ids_; }

  /// Lifetime: views this call and its batches.
  protocol::ProduceRequest make_request(Acks acks, std::chrono::milliseconds timeout) const;
  /// Tells what the response says of each batch. What it leaves out, it says of nothing, or says
  /// twice is treated as an attempt with an unknown outcome.
  void take(const protocol::ProduceResponse& response, const OnAnswer& on_answer);
  /// The same answer for all.
  void take_all(const ProduceAnswer& answer, const OnAnswer& on_answer);

 private:
  using Items = std::map<std::pair<std::string_view, std::int32_t>, Item>;
  /// The item of this topic, named or with this id, and partition; `guess` is looked at first.
  Items::iterator find(Items::iterator guess, std::string_view name, const Uuid& id,
                       std::int32_t partition);

  Items items_;
  std::size_t unanswered_ = 0;
  std::size_t bytes_ = 0;
  bool has_all_topic_ids_ = true;
};

}  // namespace barnabas::client
