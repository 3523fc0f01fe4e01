#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/sync_router.hpp"

#include <barnabas/error.hpp>

#include <cstdint>
#include <deque>
#include <string>

namespace barnabas::broker::storage {

/// Replaces and removes the small files in the data folder itself, durably and one after the other
/// in the order asked for: when a change is durable, so are all before it. After a crash each file
/// has its old or its new content.
///
///   step     | doing                                      | then
///   ---------|--------------------------------------------|---------------------
///   idle     | nothing is asked for                       | writing, naming
///   writing  | the content is beside, its sync under way  | naming
///   naming   | renamed or removed, the folder's sync runs | idle
///   waiting  | no space to write                          | writing, by retry()
///   failed   | an I/O error; nothing is done any more     |
///
/// Thread-safety: none.
class StateFiles final : public SyncOwner {
 public:
  enum class Step : std::uint8_t { idle, writing, naming, waiting, failed };
  /// Numbers the changes from 1.
  using Ticket = std::uint64_t;

  /// Lifetime: `disk` and `syncs` outlive this.
  StateFiles(Disk& disk, SyncRouter& syncs) : disk_(disk), syncs_(syncs) {}
  ~StateFiles();
  StateFiles(const StateFiles&) = delete;
  StateFiles& operator=(const StateFiles&) = delete;

  /// A change of the same file that was asked for last and has not begun is replaced.
  Ticket replace(std::string_view name, std::string content);
  Ticket remove(std::string_view name);

  bool done(Ticket ticket) const noexcept { return ticket <= done_; }
  /// The last change asked for.
  Ticket last() const noexcept { return last_; }
  Step step() const noexcept { return step_; }
  const Error& failure() const noexcept { return failure_; }

  /// Tries again when there was no space.
  void retry();
  void on_synced(const Now& now, SyncId id, const Result<void>& result) override;

 private:
  struct Change {
    Ticket ticket;
    std::string name;
    std::string content;
    bool removal;
  };
  Ticket add(Change change);
  void begin();
  void write();
  void put_in_place();
  void fail(const Error& error);

  Disk& disk_;
  SyncRouter& syncs_;
  Step step_ = Step::idle;
  std::deque<Change> changes_;  // the first is under way unless idle
  FileId file_{};
  Ticket last_ = 0;
  Ticket done_ = 0;
  Error failure_;
};

}  // namespace barnabas::broker::storage
