#include "client/src/core/producer/producer_batch.hpp"

#include <limits>

namespace barnabas::client {

std::shared_ptr<ProducerBatch> ProducerBatch::make_part(std::uint32_t first_record) const {
  pool_->charge_beyond(overhead);
  return std::shared_ptr<ProducerBatch>(
      new ProducerBatch(pool_, pool_->overdraft(), std::numeric_limits<std::size_t>::max(),
                        delivery_, first_record_ + first_record, times_, work_));
}

void ProducerBatch::finish(const Compression& compression, CompressorPool& compressors) {
  CompressorPool::Lease compressor(compressors);
  if (Result<void> finished = builder_.finish(compression, *compressor); !finished) {
    finish_error_ = finished.error();
  }
  finished_.store(true, std::memory_order_release);
}

}  // namespace barnabas::client
