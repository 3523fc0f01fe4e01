#pragma once

#include "protocol/wire/file_range.hpp"

#include <barnabas/error.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace barnabas::broker::io {

/// What `errno` says about `path`: disk_full or io_error.
Error system_error(int error_number, std::string_view path);

/// Owns a file descriptor.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int get() const noexcept { return fd_; }
  bool valid() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

/// Reads up to `into.size()` bytes; fewer only at the end of the file. -1 with `errno` set when it
/// fails.
std::ptrdiff_t read_at(int fd, std::uint64_t position, std::span<std::byte> into);

/// A file's descriptor on loan to whoever sends from it.
/// Thread-safety: all functions may be called from any thread.
class PosixSharedFile final : public wire::SharedFile {
 public:
  PosixSharedFile(std::string path, std::shared_ptr<const FileDescriptor> descriptor)
      : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

  /// Requires: called before the file is cut off, once.
  void cut(std::uint64_t size) noexcept { cut_at_.store(size); }

  int descriptor() const noexcept override { return descriptor_->get(); }
  std::uint64_t cut_at() const noexcept override { return cut_at_.load(); }
  Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) const override;

 private:
  std::string path_;  // for errors
  std::shared_ptr<const FileDescriptor> descriptor_;
  std::atomic<std::uint64_t> cut_at_{std::numeric_limits<std::uint64_t>::max()};
};

/// Open files by number, of which at most a given count hold a descriptor: those used least
/// recently give theirs up and are opened again by name.
/// Thread-safety: none; descriptors that were handed out stay open as long as they are held.
class PosixFileTable {
 public:
  using Descriptor = std::shared_ptr<const FileDescriptor>;

  /// Names are relative to the folder `root`.
  PosixFileTable(int root, std::size_t max_descriptors);

  /// Takes over a descriptor that was opened for `path`.
  std::uint64_t add(std::string path, FileDescriptor descriptor);
  void remove(std::uint64_t file);
  /// The file's descriptor; null with `errno` set when it cannot be opened again. EBADF for unknown
  /// numbers.
  Descriptor use(std::uint64_t file);
  /// The file's descriptor on loan; null as `use`.
  std::shared_ptr<const wire::SharedFile> share(std::uint64_t file);
  /// The file is about to be cut off: who has it on loan must send nothing behind `size` any more.
  void cut(std::uint64_t file, std::uint64_t size);
  /// The name under which the file was opened.
  std::string_view path(std::uint64_t file) const;
  /// Gives up half of the descriptors, when the process has run out of them.
  void give_up_half();

 private:
  struct Entry {
    std::string path;
    Descriptor descriptor;                    // null when given up
    std::list<std::uint64_t>::iterator used;  // in recently_used_, while there is a descriptor
    std::weak_ptr<PosixSharedFile> loan;      // since it was cut off last
  };
  void hold(std::uint64_t file, Entry& entry, Descriptor descriptor);
  void give_up(std::size_t keep);

  int root_;
  std::size_t max_descriptors_;
  std::map<std::uint64_t, Entry> files_;
  std::list<std::uint64_t> recently_used_;  // the latest first
  std::uint64_t next_ = 1;
};

}  // namespace barnabas::broker::io
