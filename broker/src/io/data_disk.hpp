#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/io/memory_disk.hpp"
#include "broker/src/io/posix_disk.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/result.hpp>

#include <functional>
#include <memory>
#include <string>

namespace barnabas::broker::io {

/// Where a broker keeps its data: a folder, or memory that outlives the engines that use it.
/// Thread-safety: none.
class DataDisk {
 public:
  /// An empty folder means memory.
  explicit DataDisk(std::string folder) : folder_(std::move(folder)) {}

  /// Makes the data usable; `wake` is called from another thread when `deliver` has something to
  /// do. Errors: io_error.
  Result<storage::Disk*> open(std::function<void()> wake) {
    if (folder_.empty()) return &memory_;
    Result<std::unique_ptr<PosixDisk>> opened = PosixDisk::open(folder_, std::move(wake));
    if (!opened) return opened.error();
    posix_ = std::move(*opened);
    return posix_.get();
  }
  /// Reports what was made durable.
  void deliver(const Now& now, storage::DiskEvents& events) {
    if (posix_) posix_->deliver(now, events);
    while (memory_.has_completions()) memory_.deliver(now, events);
  }
  /// What its user left is kept. Requires: the user is gone.
  void close() {
    posix_.reset();
    memory_.restart();
  }
  /// The same, but memory loses what was not durable.
  void crash() {
    posix_.reset();
    memory_.crash();
  }

 private:
  std::string folder_;
  MemoryDisk memory_;
  std::unique_ptr<PosixDisk> posix_;
};

}  // namespace barnabas::broker::io
