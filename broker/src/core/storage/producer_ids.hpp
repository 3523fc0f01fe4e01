#pragma once

#include "broker/src/core/storage/state_files.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <string>

namespace barnabas::broker::storage {

/// Gives out producer ids, none of them twice: a block of them is reserved durably before the first
/// of it is given out. The file holds one frame (record_frame.hpp), version 0: int64 first id that
/// is not reserved.
/// Thread-safety: none.
class ProducerIds {
 public:
  static constexpr std::int64_t block = 1000;

  /// Lifetime: `files` outlives this.
  explicit ProducerIds(StateFiles& files) : files_(files) {}

  /// Begins at `first` and asks for the first block.
  void start(std::int64_t first);
  /// Errors: coordinator_load_in_progress while a block is being reserved.
  Result<std::int64_t> next();

  static std::string encode(std::int64_t first_free);
  /// Errors: malformed_message, data_from_newer_version.
  static Result<std::int64_t> decode(BytesView file);

 private:
  void reserve();

  StateFiles& files_;
  std::int64_t next_ = 0;
  std::int64_t reserved_ = 0;   // ids below may be given out
  std::int64_t asked_for_ = 0;  // will be reserved when the ticket is done
  StateFiles::Ticket ticket_ = 0;
};

}  // namespace barnabas::broker::storage
