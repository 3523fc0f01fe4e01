#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/io/memory_disk.hpp"
#include "protocol/base/random.hpp"
#include "simulation/src/world.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::simulation {

/// How a disk behaves.
struct DiskOptions {
  Duration sync_latency = std::chrono::milliseconds(1);
  Duration sync_jitter = std::chrono::milliseconds(1);
  std::uint64_t capacity = std::uint64_t{1} << 40;
};

/// What goes wrong with a disk, each once in so many calls; 0: never.
struct DiskFaults {
  std::uint64_t read = 0;
  std::uint64_t write = 0;
  std::uint64_t sync = 0;
  std::uint64_t rename = 0;
};

/// A disk in memory that takes its time and fails.
/// Thread-safety: none.
class SimulatedDisk final : public broker::storage::Disk {
 public:
  using FileId = broker::storage::FileId;
  using SyncId = broker::storage::SyncId;
  /// Takes a call for the broker's process, to be made with its lock.
  using Post = std::function<void(std::function<void(const Now&)>)>;

  SimulatedDisk(World& world, DiskOptions options);

  /// Who uses it from now on.
  void attach(broker::storage::DiskEvents& events, Post post);
  /// The process has ended; what it wrote is still there.
  void release();
  /// The power fails: of what was not synced, any part is lost.
  void lose_power();

  DiskFaults& faults() noexcept { return faults_; }
  /// One bit of a partition's log, drawn by chance, reads wrong from now on, until it is written
  /// anew or mended. False when there is nothing written yet.
  bool rot(Random& random);
  void mend() noexcept { rotten_.clear(); }

  void set_capacity(std::uint64_t bytes) noexcept { memory_.set_capacity(bytes); }
  std::uint64_t used() const noexcept { return memory_.used(); }

  Result<FileId> open(std::string_view path, broker::storage::OpenMode mode) override;
  void close(FileId file) override;
  Result<std::size_t> read(FileId file, std::uint64_t position, std::span<std::byte> into) override;
  Result<void> write(FileId file, std::uint64_t position,
                     broker::storage::WriteParts parts) override;
  Result<std::uint64_t> size(FileId file) override { return memory_.size(file); }
  Result<void> truncate(FileId file, std::uint64_t size) override;
  Result<std::vector<broker::storage::FolderEntry>> list(std::string_view folder) override {
    return memory_.list(folder);
  }
  Result<bool> exists(std::string_view path) override { return memory_.exists(path); }
  Result<void> make_folder(std::string_view path) override { return memory_.make_folder(path); }
  Result<void> rename(std::string_view from, std::string_view to) override;
  Result<void> remove(std::string_view path) override { return memory_.remove(path); }
  Result<void> lock(std::string_view path) override { return memory_.lock(path); }
  Result<broker::storage::DiskSpace> space() override { return memory_.space(); }
  void sync(SyncId id, FileId file) override;
  void sync_folder(SyncId id, std::string_view folder) override;
  void discard(std::string_view path) override;

 private:
  /// A sync under way. It is made in memory when its time has come, so that it covers no less than
  /// what was written before it was asked for.
  struct Sync {
    SyncId id{};
    std::optional<FileId> file;  // or else:
    std::string folder;
    bool fails = false;
  };

  bool strikes(std::uint64_t once_in);
  std::uint64_t checked_place(FileId log, std::uint64_t position);
  void spoil(FileId file, std::uint64_t position, std::span<std::byte> read) const;
  void heal_from(FileId file, std::uint64_t begin, std::uint64_t end);
  void plan(Sync sync);
  void complete(const Now& now, const Sync& sync);

  World& world_;
  DiskOptions options_;
  Random random_;
  broker::io::MemoryDisk memory_;
  DiskFaults faults_;
  broker::storage::DiskEvents* events_ = nullptr;
  Post post_;
  std::map<FileId, int> syncing_;        // files that a sync still needs
  std::set<FileId> closing_;             // and that are closed after it
  std::map<FileId, std::string> names_;  // of the logs that were opened in this life
  std::set<std::string> logs_;           // and ever
  std::map<std::string, std::map<std::uint64_t, std::byte>> rotten_;  // what is flipped, by place
  Instant last_completion_{};
  std::uint64_t life_ = 0;  // completions of an earlier one are void
};

}  // namespace barnabas::simulation
