#pragma once

#include "tests/chaos/stream_check.hpp"
#include "tests/chaos/violations.hpp"

#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace barnabas::chaos {

/// The store into which the members of one group process records, and what the group promised about
/// offsets. Like a careful application it takes records only from the member that claimed the
/// partition last, and skips what it has already. What remains must be every record once, in order.
///
/// Kinds of violations, beside StreamCheck's: "commit lost" (a member was sent back before what had
/// been committed), "commit invented" (or ahead of what anybody tried to commit), "skipped" (a
/// member starts behind records that nobody processed), "two owners" (a commit begun after another
/// member had claimed the partition was accepted).
/// Thread-safety: all members may be called from any thread.
class GroupLedger {
 public:
  GroupLedger(int producers, int partitions);

  /// What is known to be committed; asked for before a member asks the group.
  std::int64_t committed(int partition) const;
  /// `member` was given `partition` and told to start at `position`. `committed` was known to be
  /// committed before the group was asked.
  void claim(std::uint64_t member, int partition, std::int64_t position, std::int64_t committed);
  /// `member` gives it back.
  void release(std::uint64_t member, int partition);
  void process(std::uint64_t member, int partition, std::int64_t offset, std::string_view value);

  /// Names an attempt to commit.
  using Attempt = std::uint64_t;
  /// `member` is about to commit `offset`.
  Attempt committing(std::uint64_t member, int partition, std::int64_t offset);
  void commit_succeeded(Attempt attempt, int partition, std::int64_t offset);

  /// What a reader outside the group was told in the end.
  void check_final(int partition, std::int64_t committed);
  bool complete(const Ledger& ledger) const;
  /// Ends the checks; returns what was broken.
  Violations finish(const Ledger& ledger);

  struct Figures {
    std::int64_t processed = 0;  ///< Records, each once.
    std::int64_t commits = 0;    ///< Commits of a partition's offset that were acknowledged.
    std::int64_t claims = 0;     ///< Partitions given to members.
    std::int64_t rereads = 0;    ///< Records handed out again, because their commit had failed.
    std::int64_t late = 0;       ///< Records of members that had lost the partition meanwhile.
  };
  Figures figures() const;

 private:
  struct Partition {
    std::uint64_t owner = 0;     // 0: nobody
    std::int64_t next = 0;       // behind what was processed
    std::int64_t committed = 0;  // the last one acknowledged
    std::int64_t attempted = 0;  // the largest one tried
  };
  struct Tried {
    std::uint64_t member;
    bool was_owner;
  };

  mutable std::mutex mutex_;
  std::vector<Partition> partitions_;
  std::vector<Tried> attempts_;
  StreamCheck stream_;
  Violations violations_;
  Figures figures_;
};

}  // namespace barnabas::chaos
