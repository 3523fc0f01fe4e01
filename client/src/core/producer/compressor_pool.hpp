#pragma once

#include "client/src/core/producer/append_lock.hpp"
#include "protocol/compression/compressor.hpp"

#include <utility>
#include <vector>

namespace barnabas::client {

/// Compressors for the threads that finish batches: as many as were ever in use at once.
/// Thread-safety: complete.
class CompressorPool {
 public:
  /// A compressor for the time of this object.
  class Lease {
   public:
    explicit Lease(CompressorPool& pool) : pool_(pool), compressor_(pool.take()) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.give_back(std::move(compressor_)); }

    compression::Compressor& operator*() noexcept { return compressor_; }

   private:
    CompressorPool& pool_;
    compression::Compressor compressor_;
  };

 private:
  compression::Compressor take() {
    AppendGuard guard(lock_);
    if (idle_.empty()) return {};
    compression::Compressor compressor = std::move(idle_.back());
    idle_.pop_back();
    return compressor;
  }
  void give_back(compression::Compressor compressor) {
    AppendGuard guard(lock_);
    idle_.push_back(std::move(compressor));
  }

  AppendLock lock_;
  std::vector<compression::Compressor> idle_;
};

}  // namespace barnabas::client
