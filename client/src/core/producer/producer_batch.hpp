#pragma once

#include "client/src/core/producer/batch_delivery.hpp"
#include "client/src/core/producer/chunk_pool.hpp"
#include "client/src/core/producer/compressor_pool.hpp"
#include "protocol/base/time.hpp"
#include "protocol/records/batch_builder.hpp"

#include <barnabas/compression.hpp>
#include <barnabas/error.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace barnabas::client {

/// A batch on its way: its bytes, and who waits for its records.
///
/// open (in its queue, under the queue's lock) -> closed -> (finish, by one thread, without locks)
/// -> finished; from then on it belongs to the engine. Requests that carry it hold it shared, so
/// its memory is not reused before the last of them has left the network layer, whatever has become
/// of the delivery meanwhile.
/// Thread-safety: as the states say; `is_finished` is free.
class ProducerBatch {
 public:
  /// Bytes of the pool that stand for this object and what belongs to it; the maker charges them.
  static constexpr std::size_t overhead = 512;

  struct Times {
    Now opened;        ///< When the first record was sent.
    Instant deadline;  ///< When the delivery timeout has passed.
  };

  ProducerBatch(std::shared_ptr<ChunkPool> pool, std::size_t max_size,
                std::shared_ptr<BatchDelivery> delivery, const Times& times, std::uint64_t work)
      : ProducerBatch(pool, *pool, max_size, std::move(delivery), 0, times, work) {}
  ProducerBatch(const ProducerBatch&) = delete;
  ProducerBatch& operator=(const ProducerBatch&) = delete;
  ~ProducerBatch() { pool_->refund(overhead); }

  /// An empty batch for records of this one from the `first_record`th on; beyond the pool's limit,
  /// its overhead included, and of any size.
  std::shared_ptr<ProducerBatch> make_part(std::uint32_t first_record) const;

  records::BatchBuilder& builder() noexcept { return builder_; }
  const records::BatchBuilder& builder() const noexcept { return builder_; }
  BatchDelivery& delivery() const noexcept { return *delivery_; }
  /// As BatchDelivery::add.
  void add_report(Timestamp timestamp, DeliveryReport& report) {
    delivery_->add(timestamp, report, delivery_);
  }
  const std::shared_ptr<BatchDelivery>& shared_delivery() const noexcept { return delivery_; }
  /// The batch's first record is this one of the delivery.
  std::uint32_t first_record() const noexcept { return first_record_; }
  std::uint32_t record_count() const noexcept {
    return static_cast<std::uint32_t>(builder_.record_count());
  }
  const Times& times() const noexcept { return times_; }
  /// Its number in the FlushBarrier.
  std::uint64_t work() const noexcept { return work_; }

  /// Compresses and checksums. Requires: closed.
  void finish(const Compression& compression, CompressorPool& compressors);
  bool is_finished() const noexcept { return finished_.load(std::memory_order_acquire); }
  /// Why the batch could not be finished; such a batch cannot be sent.
  const Error& finish_error() const noexcept { return finish_error_; }

 private:
  ProducerBatch(std::shared_ptr<ChunkPool> pool, records::ChunkAllocator& chunks,
                std::size_t max_size, std::shared_ptr<BatchDelivery> delivery,
                std::uint32_t first_record, const Times& times, std::uint64_t work)
      : pool_(std::move(pool)),
        builder_(chunks, max_size),
        delivery_(std::move(delivery)),
        first_record_(first_record),
        times_(times),
        work_(work) {}

  const std::shared_ptr<ChunkPool> pool_;  // outlives the builder's chunks
  records::BatchBuilder builder_;
  const std::shared_ptr<BatchDelivery> delivery_;
  const std::uint32_t first_record_;
  const Times times_;
  const std::uint64_t work_;
  std::atomic<bool> finished_ = false;
  Error finish_error_;
};

}  // namespace barnabas::client
