#pragma once

#include "client/src/core/producer/append_clock.hpp"
#include "client/src/core/producer/chunk_pool.hpp"
#include "client/src/core/producer/compressor_pool.hpp"
#include "client/src/core/producer/flush_barrier.hpp"
#include "client/src/core/producer/signal_list.hpp"
#include "client/src/core/producer/waiting_line.hpp"

#include <barnabas/producer_config.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace barnabas::client {

/// What the sending threads and the engine of one producer share besides its topics. It lives as
/// long as any topic handle.
/// Thread-safety: complete.
struct ProducerShared {
  ProducerShared(ProducerSettings producer_settings, std::unique_ptr<AppendClock> append_clock)
      : settings(std::move(producer_settings)),
        clock(std::move(append_clock)),
        pool(std::make_shared<ChunkPool>(static_cast<std::size_t>(settings.buffer_memory))) {}

  const ProducerSettings settings;
  const std::unique_ptr<AppendClock> clock;
  const std::shared_ptr<ChunkPool> pool;
  WaitingLine line;
  FlushBarrier barrier;
  CompressorPool compressors;
  SignalList signals;
  std::atomic<bool> closing = false;  ///< Nothing new is accepted.
  std::atomic<bool> closed = false;   ///< Nothing at all is: what there was has been given up.
  /// For futures. To be set before the first send.
  std::weak_ptr<detail::WaitStrategy> wait_strategy;
};

}  // namespace barnabas::client
