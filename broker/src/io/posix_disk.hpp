#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/io/disk_worker.hpp"
#include "broker/src/io/posix_file.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace barnabas::broker::io {

/// A data folder of the file system.
///
/// Thread-safety: none, but it has a thread of its own for what can take long (DiskWorker). When
/// that has something to report it calls `wake`, on its thread; the owner then calls `deliver` on
/// the thread that uses the disk.
class PosixDisk final : public storage::Disk {
 public:
  /// Opens the folder at `path`, making it when it does not exist.
  /// `max_descriptors`: how many files are held open at once; 0 means half of what the process may
  /// have. Errors: io_error naming the folder and the cause.
  static Result<std::unique_ptr<PosixDisk>> open(const std::string& path,
                                                 std::function<void()> wake,
                                                 std::size_t max_descriptors = 0);

  Result<storage::FileId> open(std::string_view path, storage::OpenMode mode) override;
  void close(storage::FileId file) override;
  Result<std::size_t> read(storage::FileId file, std::uint64_t position,
                           std::span<std::byte> into) override;
  std::shared_ptr<const wire::SharedFile> share(storage::FileId file) override;
  Result<void> write(storage::FileId file, std::uint64_t position,
                     storage::WriteParts parts) override;
  Result<std::uint64_t> size(storage::FileId file) override;
  Result<void> truncate(storage::FileId file, std::uint64_t size) override;
  Result<std::vector<storage::FolderEntry>> list(std::string_view folder) override;
  Result<bool> exists(std::string_view path) override;
  Result<void> make_folder(std::string_view path) override;
  Result<void> rename(std::string_view from, std::string_view to) override;
  Result<void> remove(std::string_view path) override;
  Result<void> lock(std::string_view path) override;
  Result<storage::DiskSpace> space() override;
  void sync(storage::SyncId id, storage::FileId file) override;
  void sync_folder(storage::SyncId id, std::string_view folder) override;
  void discard(std::string_view path) override;

  /// Reports what the worker has finished.
  void deliver(const Now& now, storage::DiskEvents& events);

 private:
  PosixDisk(FileDescriptor root, std::function<void()> wake, std::size_t max_descriptors);
  Error failed(storage::FileId file) const;

  FileDescriptor root_;
  FileDescriptor lock_;
  PosixFileTable files_;
  DiskWorker worker_;
};

}  // namespace barnabas::broker::io
