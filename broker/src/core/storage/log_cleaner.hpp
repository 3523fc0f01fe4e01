#pragma once

#include "broker/src/core/storage/checkpoints.hpp"
#include "broker/src/core/storage/data_folder.hpp"
#include "broker/src/core/storage/log_set.hpp"
#include "protocol/base/time.hpp"

#include <cstdint>
#include <optional>

namespace barnabas::broker::storage {

/// Compacts the logs of a data folder, one after the other, the one with the
/// largest dirty share first; rests when none has to be. Thread-safety: none.
class LogCleaner {
 public:
  /// Lifetime: all outlive this.
  LogCleaner(DataFolder& data, const LogSet& logs, const Checkpoints& checkpoints)
      : data_(data), logs_(logs), checkpoints_(checkpoints) {}

  /// From when on logs are looked at.
  void start(Instant now) noexcept { next_look_ = now; }
  std::optional<Instant> next_deadline(Instant now) const;
  /// Does a bounded piece of work, if there is any.
  void advance(const Now& now);

 private:
  bool look_for_work(const Now& now);

  DataFolder& data_;
  const LogSet& logs_;
  const Checkpoints& checkpoints_;
  std::optional<std::uint64_t> log_;  // the number of the one under way
  std::int64_t clean_before_ = 0;     // how far that log was clean when it began
  Instant next_look_{};
};

}  // namespace barnabas::broker::storage
