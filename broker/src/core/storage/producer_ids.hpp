#pragma once

#include "broker/src/core/storage/state_files.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <deque>
#include <functional>
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

  using Done = std::function<void(const Result<std::int64_t>&)>;

  /// Begins at `first` and asks for the first block.
  void start(std::int64_t first);
  /// Calls `done`, once, with the next id: at once, or by `progress` when a block is reserved.
  /// Errors: coordinator_load_in_progress when there is no space to reserve one (ask again).
  void next(Done done);
  /// The files have moved on: gives ids to those who wait.
  void progress();
  /// Ends all waits.
  void fail(const Error& error);

  static std::string encode(std::int64_t first_free);
  /// Errors: malformed_message, data_from_newer_version.
  static Result<std::int64_t> decode(BytesView file);

 private:
  void reserve();
  void finish(const Result<std::int64_t>& result);

  StateFiles& files_;
  std::deque<Done> waiting_;
  std::int64_t next_ = 0;
  std::int64_t reserved_ = 0;   // ids below may be given out
  std::int64_t asked_for_ = 0;  // will be reserved when the ticket is done
  StateFiles::Ticket ticket_ = 0;
};

}  // namespace barnabas::broker::storage
