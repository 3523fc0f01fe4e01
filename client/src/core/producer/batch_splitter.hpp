#pragma once

#include "client/src/core/producer/compressor_pool.hpp"
#include "client/src/core/producer/producer_batch.hpp"

#include <barnabas/compression.hpp>
#include <barnabas/result.hpp>

#include <array>
#include <memory>

namespace barnabas::client {

/// Cuts a finished batch into two finished halves that deliver in its stead, with consecutive
/// sequences from its own on. The original is left alone, because its bytes may still be on their
/// way out; until it is released the pool may be over its limit by its size.
/// Requires: at least two records. Errors: those of reading a batch, which do not happen.
Result<std::array<std::shared_ptr<ProducerBatch>, 2>> split(const ProducerBatch& batch,
                                                            const Compression& compression,
                                                            CompressorPool& compressors);

}  // namespace barnabas::client
