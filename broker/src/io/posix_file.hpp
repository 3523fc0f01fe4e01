#pragma once

#include <barnabas/error.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
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
  /// The name under which the file was opened.
  std::string_view path(std::uint64_t file) const;
  /// Gives up half of the descriptors, when the process has run out of them.
  void give_up_half();

 private:
  struct Entry {
    std::string path;
    Descriptor descriptor;                    // null when given up
    std::list<std::uint64_t>::iterator used;  // in recently_used_, while there is a descriptor
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
