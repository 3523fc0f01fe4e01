#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/io/memory_folder.hpp"
#include "protocol/base/random.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::broker::io {

/// A data folder in memory: for brokers that keep nothing, and for tests, which let it crash.
///
/// Syncs are done when `deliver` reports them, not before. Like its content, a name is durable
/// only once its folder was synced. Thread-safety: none.
class MemoryDisk final : public storage::Disk {
 public:
  MemoryDisk();
  ~MemoryDisk() override;

  Result<storage::FileId> open(std::string_view path, storage::OpenMode mode) override;
  void close(storage::FileId file) override;
  Result<std::size_t> read(storage::FileId file, std::uint64_t position,
                           std::span<std::byte> into) override;
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

  /// Completes the syncs asked for so far and reports them.
  void deliver(const Now& now, storage::DiskEvents& events);
  /// Whether `deliver` has something to do.
  bool has_completions() const noexcept { return !syncs_.empty(); }

  /// The power fails: all that no reported sync covers is gone, open files and the lock with it.
  void crash();
  /// The same, but of what was not synced any part may survive: single sectors of files, and
  /// changes of names in any combination.
  void crash(Random& random);
  /// The process ends and starts anew: files and lock are released, nothing is lost.
  void restart();

  /// The space there is [default 1 TiB]. Writes beyond it write what fits and fail with disk_full.
  void set_capacity(std::uint64_t bytes) noexcept { capacity_ = bytes; }
  std::uint64_t used() const noexcept { return used_; }

 private:
  struct Sync {
    std::optional<storage::SyncId> id;  // none: asked for by the disk itself
    MemoryNodePtr node;
    std::uint64_t sealed;
  };
  struct Place {
    MemoryNodePtr folder;
    std::string name;
  };

  MemoryNodePtr find(std::string_view path) const;
  Result<Place> place(std::string_view path) const;
  Result<MemoryFile*> opened(storage::FileId file);
  void account(std::uint64_t before, std::uint64_t after) noexcept { used_ += after - before; }

  MemoryNodePtr root_;
  std::map<storage::FileId, MemoryNodePtr> open_;
  std::vector<Sync> syncs_;
  std::uint64_t next_file_ = 1;
  std::uint64_t capacity_ = std::uint64_t{1} << 40;
  std::uint64_t used_ = 0;
  bool locked_ = false;
};

}  // namespace barnabas::broker::io
