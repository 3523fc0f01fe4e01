#pragma once

#include "broker/src/core/storage/disk.hpp"

#include <barnabas/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace barnabas::broker::storage {

/// Sorted entries of one size. While its segment grows they are in memory; once it is closed they
/// are in their file only and are read when they are needed. The file is a cache: what it holds
/// follows from the segment, and nothing is lost when it is missing or wrong.
/// Thread-safety: none. Lifetime: the disk outlives it.
class IndexFile {
 public:
  /// An empty index in memory; `path` is not touched before `store`.
  IndexFile(Disk& disk, std::string path, std::size_t entry_size);
  ~IndexFile();
  IndexFile(const IndexFile&) = delete;
  IndexFile& operator=(const IndexFile&) = delete;

  std::size_t count() const noexcept { return count_; }
  /// Entry number `at`. Valid until the next call. Requires: at < count().
  Result<std::span<const std::byte>> entry(std::size_t at);
  /// How many entries from the front satisfy `holds(entry)`; those that do come first.
  template <class Predicate>
  Result<std::size_t> count_front(Predicate holds);

  /// Adds one entry. Requires: in memory.
  void append(std::span<const std::byte> entry);
  /// Forgets all entries from number `count` on. Requires: in memory.
  void truncate(std::size_t count);
  /// Empty and in memory, whatever it was.
  void reset();

  /// Writes the entries into the file. Stays in memory.
  Result<void> store();
  /// Gives the memory back; the entries are those of the file from now on. Requires: stored.
  void release();
  /// Takes the entries of the file and leaves them there. Errors: malformed_message when the size
  /// is no multiple of the entry size, or there is no file.
  Result<void> attach();
  /// The same, into memory.
  Result<void> load();

  const std::string& path() const noexcept { return path_; }
  /// Closes the file, if it is open; it is opened again when needed.
  void close();

 private:
  static constexpr std::size_t block_size = 4096;

  Result<FileId> file();

  Disk& disk_;
  std::string path_;
  std::size_t entry_size_;
  std::size_t count_ = 0;
  bool in_memory_ = true;
  std::vector<std::byte> entries_;
  std::optional<FileId> file_;
  std::vector<std::byte> block_;  // the part of the file that was read last
  std::uint64_t block_position_ = 0;
};

template <class Predicate>
Result<std::size_t> IndexFile::count_front(Predicate holds) {
  std::size_t low = 0;
  std::size_t high = count_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const Result<std::span<const std::byte>> at = entry(middle);
    if (!at) return at.error();
    if (holds(*at)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace barnabas::broker::storage
