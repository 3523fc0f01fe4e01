#pragma once

#include "protocol/compression/segments.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/compression.hpp>
#include <barnabas/result.hpp>

#include <memory>

namespace barnabas::compression {

/// A workspace that compresses: codec contexts and an output buffer, made on first use and kept.
/// Thread-safety: none; give each thread, or each lock, its own.
class Compressor {
 public:
  Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;
  ~Compressor();

  /// Compresses the concatenation of `input` into the form that Kafka's batches carry (see
  /// protocol/compression/README.md). Codec::none copies.
  /// Lifetime: the result lives in the workspace until its next use.
  /// Errors: as Compression::validate.
  Result<BytesView> compress(const Compression& how, Segments input);

 private:
  struct Workspace;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace barnabas::compression
