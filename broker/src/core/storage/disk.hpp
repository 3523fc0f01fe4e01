#pragma once

#include "protocol/base/time.hpp"
#include "protocol/wire/file_range.hpp"

#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The boundary between the log storage, which decides, and what performs: the POSIX disk, the
// memory disk, the simulation.

namespace barnabas::broker::storage {

/// Names an open file. Unique for the life of the disk, so a stale one is never mistaken.
enum class FileId : std::uint64_t {};
/// Names a request to make something durable; chosen by the caller, never reused.
enum class SyncId : std::uint64_t {};

enum class OpenMode : std::uint8_t {
  existing,         ///< The file must exist.
  create,           ///< Made empty when it does not exist.
  create_truncated  ///< Made empty in any case.
};

struct FolderEntry {
  std::string name;
  bool is_folder = false;
  std::uint64_t size = 0;  ///< Bytes in a file; 0 for a folder.
  bool operator==(const FolderEntry&) const = default;
};

struct DiskSpace {
  std::uint64_t free = 0;
  std::uint64_t total = 0;
};

/// Parts that are written one after the other.
using WriteParts = std::span<const std::span<const std::byte>>;

/// One data folder. Paths are relative to it, with '/' between names and without "." or "..".
///
/// The plain calls return at once: they end in the page cache. What they did survives the end of
/// the process, but a power loss takes back, in any order and in part, whatever no completed `sync`
/// covers: written bytes with `sync`, names (created, renamed, removed) with `sync_folder` of the
/// folder that holds the name.
///
/// Errors: every call can fail with io_error; with disk_full where space is needed; its context
/// names the file. Thread-safety: none.
class Disk {
 public:
  virtual ~Disk() = default;

  virtual Result<FileId> open(std::string_view path, OpenMode mode) = 0;
  /// Unknown ids are ignored. A sync under way goes on.
  virtual void close(FileId file) = 0;
  /// Reads up to `into.size()` bytes; fewer only at the end of the file.
  virtual Result<std::size_t> read(FileId file, std::uint64_t position,
                                   std::span<std::byte> into) = 0;
  /// The file for others to send bytes from, past its closing and removal here. What is shared may
  /// be overwritten only after it was cut off by `truncate`. Null when this disk has no such files,
  /// or not now: then the bytes are to be read.
  virtual std::shared_ptr<const wire::SharedFile> share(FileId) { return nullptr; }
  /// Writes all parts from `position` on; a gap behind the old end reads as zeros. After an error
  /// any of the bytes may have been written.
  virtual Result<void> write(FileId file, std::uint64_t position, WriteParts parts) = 0;
  virtual Result<std::uint64_t> size(FileId file) = 0;
  /// Cuts or extends (with zeros) to `size`.
  virtual Result<void> truncate(FileId file, std::uint64_t size) = 0;

  /// Names are sorted.
  virtual Result<std::vector<FolderEntry>> list(std::string_view folder) = 0;
  virtual Result<bool> exists(std::string_view path) = 0;
  /// An existing folder is a success.
  virtual Result<void> make_folder(std::string_view path) = 0;
  /// Moves a file, replacing one of the new name, or a folder to a name that is free.
  /// Requires: nothing in it is open.
  virtual Result<void> rename(std::string_view from, std::string_view to) = 0;
  /// Removes a file; a missing one is a success. Requires: it is not open.
  virtual Result<void> remove(std::string_view path) = 0;
  /// Takes the lock of the data folder until the disk's end; `path` is its lock file.
  /// Errors: data_in_use when another process, or another disk in this one, holds it.
  virtual Result<void> lock(std::string_view path) = 0;
  virtual Result<DiskSpace> space() = 0;

  /// Makes everything that was written to `file` before this call durable; ends in on_synced.
  /// Requests are carried out together where that is cheaper. After a failure the disk does not
  /// know what is durable: the caller must not trust the folder any more (a repeated sync could
  /// succeed without the data).
  virtual void sync(SyncId id, FileId file) = 0;
  /// Makes the names in `folder` ("" is the data folder) durable; ends in on_synced.
  virtual void sync_folder(SyncId id, std::string_view folder) = 0;
  /// Removes a file or a folder with all it holds, durably and in the background. There is no
  /// report: what could not be removed is found again at the next start. Requires: nothing in it is
  /// open.
  virtual void discard(std::string_view path) = 0;
};

/// What the disk tells its user; never from inside one of the calls above.
class DiskEvents {
 public:
  virtual ~DiskEvents() = default;
  virtual void on_synced(const Now& now, SyncId id, Result<void> result) = 0;
};

}  // namespace barnabas::broker::storage
