#pragma once

#include "broker/src/core/storage/batch_compactor.hpp"
#include "broker/src/core/storage/compaction_plan.hpp"
#include "broker/src/core/storage/data_folder.hpp"
#include "broker/src/core/storage/key_offsets.hpp"
#include "broker/src/core/storage/log_config.hpp"
#include "broker/src/core/storage/producer_state.hpp"
#include "broker/src/core/storage/segment_list.hpp"
#include "broker/src/core/storage/sync_router.hpp"

#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::broker::storage {

/// One compaction of one log, in small steps between which the broker serves clients.
///
///   state    | step, or event                                    | next
///   ---------|---------------------------------------------------|--------------------------
///   mapping  | the keys of the dirty part are known              | copying, or done
///   copying  | a row of segments was copied to one .cleaned file | syncing
///   copying  | ... and nothing of it has to go                   | copying (next), or done
///   syncing  | the file is durable: it is named .swap            | naming
///   naming   | that name is durable: the row's files go          | removing
///   removing | that is durable: .swap loses its suffix           | copying (next), or done
///   any      | cancel, or an error                               | done
///
/// At any moment a crash leaves either the old segments whole, or a whole .swap file, which the
/// next start puts in their place (take_inventory); `finish_swaps` does the rest of it.
/// Thread-safety: none.
class LogCompaction final : public SyncOwner {
 public:
  /// Lifetime: all outlive this. Requires: segments are only added at the end, and nothing is
  /// removed, as long as `running`.
  LogCompaction(DataFolder& data, SegmentList& segments, const ProducerState& producers,
                TailCache::LogId tail)
      : data_(data), segments_(segments), producers_(producers), tail_(tail) {}
  ~LogCompaction();
  LogCompaction(const LogCompaction&) = delete;
  LogCompaction& operator=(const LogCompaction&) = delete;

  void start(const LogConfig& config, const CompactionPlan& plan, std::int64_t log_end);
  /// Gives segments that a start found in .swap files their names.
  void finish_swaps(std::vector<std::int64_t> base_offsets);
  /// Does a bounded piece of work.
  void step(const Now& now);
  void on_synced(const Now& now, SyncId id, const Result<void>& result) override;
  /// Ends it where nothing was replaced yet.
  void cancel();

  bool running() const noexcept { return state_ != State::done; }
  /// Whether `step` has something to do; else it waits for the disk, or is done.
  bool wants_step() const noexcept { return state_ == State::mapping || state_ == State::copying; }
  /// Everything below is clean now; the end of the last compaction that succeeded.
  std::int64_t clean_to() const noexcept { return clean_to_; }
  /// The log cannot be compacted, because something in it cannot be read.
  const Error& failure() const noexcept { return failure_; }

 private:
  enum class State : std::uint8_t { done, mapping, copying, syncing, naming, removing };

  void map(const Now& now);
  bool map_batch(const records::BatchView& batch);
  void begin_copying();
  void copy(const Now& now);
  Result<void> copy_batch(const Now& now, const records::BatchView& batch);
  void row_copied();
  void next_row();
  void swap_in();
  void name_finally(const Now& now);
  void end(const Now& now, const Error& error);
  void drop_cleaned();
  bool is_last_of_producer(const records::BatchHeader& batch) const;
  std::string cleaned_path() const;
  Segment* source() const;

  DataFolder& data_;
  SegmentList& segments_;
  const ProducerState& producers_;
  TailCache::LogId tail_;
  State state_ = State::done;
  std::int64_t clean_to_ = -1;
  Error failure_;

  LogConfig config_;
  std::int64_t log_end_ = 0;
  CompactionPlan plan_;
  std::optional<KeyOffsets> keys_;
  BatchCompactor compactor_;

  // Where mapping or copying has come to.
  std::int64_t at_segment_ = 0;
  std::uint64_t at_position_ = 0;

  std::vector<std::vector<std::int64_t>> rows_;  // the first is under way
  std::size_t at_in_row_ = 0;
  std::optional<FileId> cleaned_;
  std::uint64_t cleaned_size_ = 0;
  bool changed_ = false;               // the copy differs from the original
  std::vector<std::int64_t> swapped_;  // wait for their final names
};

}  // namespace barnabas::broker::storage
