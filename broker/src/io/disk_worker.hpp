#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/io/posix_file.hpp"

#include <barnabas/result.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace barnabas::broker::io {

/// The thread that does what can take long: fsync, and the removal of files. All syncs that wait
/// are taken together: write-back starts on every file before the first is waited for, and a file
/// or folder asked for several times is synced once. Removals wait until no sync does.
/// Thread-safety: all functions may be called from any thread.
class DiskWorker {
 public:
  using Completion = std::pair<storage::SyncId, Result<void>>;

  /// `wake` is called on the thread of the worker whenever completions are there to be taken.
  /// Lifetime: `root` stays open as long as the worker lives.
  DiskWorker(int root, std::function<void()> wake);
  /// Ends the thread; what has not begun is not done.
  ~DiskWorker();

  void sync_file(storage::SyncId id, PosixFileTable::Descriptor file, std::string path);
  void sync_folder(storage::SyncId id, std::string path);
  void discard(std::string path);
  /// Reports a failure known beforehand.
  void complete(storage::SyncId id, Error error);

  std::vector<Completion> take_completions();

 private:
  struct Request {
    storage::SyncId id;
    PosixFileTable::Descriptor file;  // null for a folder
    std::string path;
  };
  void add(Request request);
  void run();
  void sync_all(const std::vector<Request>& requests);
  Result<void> sync_one(const Request& request) const;
  void remove(const std::string& path) const;

  int root_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Request> requests_;
  std::deque<std::string> discards_;
  std::vector<Completion> completions_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace barnabas::broker::io
