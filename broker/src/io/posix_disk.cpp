#include "broker/src/io/posix_disk.hpp"

#include "broker/src/io/posix_folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

namespace barnabas::broker::io {

using storage::DiskSpace;
using storage::FileId;
using storage::FolderEntry;
using storage::OpenMode;
using storage::SyncId;

namespace {

constexpr mode_t file_mode = 0644;
constexpr mode_t folder_mode = 0755;

std::uint64_t number(FileId file) { return static_cast<std::uint64_t>(file); }

int open_flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::existing:
      return O_RDWR | O_CLOEXEC;
    case OpenMode::create:
      return O_RDWR | O_CREAT | O_CLOEXEC;
    case OpenMode::create_truncated:
      return O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC;
  }
  return O_RDWR | O_CLOEXEC;
}

std::size_t default_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  return std::clamp<std::size_t>(limit.rlim_cur / 2, 16, 16384);
}

bool take_lock(int fd) {
#if defined(F_OFD_SETLK)
  // Seen by Java's FileChannel.lock too, which a Kafka broker takes on the same file.
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return ::fcntl(fd, F_OFD_SETLK, &range) == 0;
#else
  return ::flock(fd, LOCK_EX | LOCK_NB) == 0;
#endif
}

/// Writes as much of `vectors` as it can at once and drops that from it. -1 on error.
ssize_t write_some(int fd, std::uint64_t position, std::span<iovec>& vectors) {
  const ssize_t written =
      ::pwritev(fd, vectors.data(), static_cast<int>(vectors.size()), static_cast<off_t>(position));
  if (written < 0) return errno == EINTR ? 0 : -1;
  std::size_t left = static_cast<std::size_t>(written);
  while (!vectors.empty() && left >= vectors.front().iov_len) {
    left -= vectors.front().iov_len;
    vectors = vectors.subspan(1);
  }
  if (left > 0) {
    vectors.front().iov_base = static_cast<std::byte*>(vectors.front().iov_base) + left;
    vectors.front().iov_len -= left;
  }
  return written;
}

}  // namespace

Result<std::unique_ptr<PosixDisk>> PosixDisk::open(const std::string& path,
                                                   std::function<void()> wake,
                                                   std::size_t max_descriptors) {
  if (::mkdir(path.c_str(), folder_mode) != 0 && errno != EEXIST) {
    return system_error(errno, path).within("data folder");
  }
  FileDescriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return system_error(errno, path).within("data folder");
  if (max_descriptors == 0) max_descriptors = default_descriptors();
  return std::unique_ptr<PosixDisk>(
      new PosixDisk(std::move(root), std::move(wake), max_descriptors));
}

PosixDisk::PosixDisk(FileDescriptor root, std::function<void()> wake, std::size_t max_descriptors)
    : root_(std::move(root)),
      files_(root_.get(), max_descriptors),
      worker_(root_.get(), std::move(wake)) {}

Result<FileId> PosixDisk::open(std::string_view path, OpenMode mode) {
  std::string name(path);
  FileDescriptor fd(::openat(root_.get(), name.c_str(), open_flags(mode), file_mode));
  if (!fd.valid() && errno == EMFILE) {
    files_.give_up_half();
    fd = FileDescriptor(::openat(root_.get(), name.c_str(), open_flags(mode), file_mode));
  }
  if (!fd.valid()) return system_error(errno, path);
  return FileId{files_.add(std::move(name), std::move(fd))};
}

void PosixDisk::close(FileId file) { files_.remove(number(file)); }

Result<std::size_t> PosixDisk::read(FileId file, std::uint64_t position,
                                    std::span<std::byte> into) {
  const PosixFileTable::Descriptor fd = files_.use(number(file));
  if (!fd) return failed(file);
  const std::ptrdiff_t count = read_at(fd->get(), position, into);
  if (count < 0) return failed(file);
  return static_cast<std::size_t>(count);
}

std::shared_ptr<const wire::SharedFile> PosixDisk::share(FileId file) {
  return files_.share(number(file));
}

Result<void> PosixDisk::write(FileId file, std::uint64_t position, storage::WriteParts parts) {
  const PosixFileTable::Descriptor fd = files_.use(number(file));
  if (!fd) return failed(file);
  std::array<iovec, 64> vectors{};
  while (!parts.empty()) {
    const std::size_t count = std::min(parts.size(), vectors.size());
    for (std::size_t at = 0; at < count; ++at) {
      vectors[at] = {const_cast<std::byte*>(parts[at].data()), parts[at].size()};
    }
    for (std::span<iovec> rest(vectors.data(), count); !rest.empty();) {
      const ssize_t written = write_some(fd->get(), position, rest);
      if (written < 0) return failed(file);
      position += static_cast<std::uint64_t>(written);
    }
    parts = parts.subspan(count);
  }
  return {};
}

Result<std::uint64_t> PosixDisk::size(FileId file) {
  const PosixFileTable::Descriptor fd = files_.use(number(file));
  struct stat status {};
  if (!fd || ::fstat(fd->get(), &status) != 0) return failed(file);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<void> PosixDisk::truncate(FileId file, std::uint64_t size) {
  const PosixFileTable::Descriptor fd = files_.use(number(file));
  files_.cut(number(file), size);
  if (!fd || ::ftruncate(fd->get(), static_cast<off_t>(size)) != 0) return failed(file);
  return {};
}

Result<std::vector<FolderEntry>> PosixDisk::list(std::string_view folder) {
  return list_folder(root_.get(), std::string(folder));
}

Result<bool> PosixDisk::exists(std::string_view path) {
  struct stat status {};
  if (::fstatat(root_.get(), std::string(path).c_str(), &status, 0) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return system_error(errno, path);
}

Result<void> PosixDisk::make_folder(std::string_view path) {
  if (::mkdirat(root_.get(), std::string(path).c_str(), folder_mode) == 0) return {};
  if (errno == EEXIST) return {};
  return system_error(errno, path);
}

Result<void> PosixDisk::rename(std::string_view from, std::string_view to) {
  if (::renameat(root_.get(), std::string(from).c_str(), root_.get(), std::string(to).c_str())) {
    return system_error(errno, from);
  }
  return {};
}

Result<void> PosixDisk::remove(std::string_view path) {
  if (::unlinkat(root_.get(), std::string(path).c_str(), 0) == 0 || errno == ENOENT) return {};
  return system_error(errno, path);
}

Result<void> PosixDisk::lock(std::string_view path) {
  FileDescriptor fd(
      ::openat(root_.get(), std::string(path).c_str(), open_flags(OpenMode::create), file_mode));
  if (!fd.valid()) return system_error(errno, path);
  if (!take_lock(fd.get())) {
    if (errno == EAGAIN || errno == EACCES || errno == EWOULDBLOCK) {
      return Error(ErrorCode::data_in_use, "another broker uses this data folder; stop it first");
    }
    return system_error(errno, path);
  }
  lock_ = std::move(fd);
  return {};
}

Result<DiskSpace> PosixDisk::space() {
  struct statvfs status {};
  if (::fstatvfs(root_.get(), &status) != 0) return system_error(errno, "data folder");
  const std::uint64_t block = status.f_frsize;
  return DiskSpace{status.f_bavail * block, status.f_blocks * block};
}

void PosixDisk::sync(SyncId id, FileId file) {
  PosixFileTable::Descriptor fd = files_.use(number(file));
  if (!fd) return worker_.complete(id, failed(file));
  worker_.sync_file(id, std::move(fd), std::string(files_.path(number(file))));
}

void PosixDisk::sync_folder(SyncId id, std::string_view folder) {
  worker_.sync_folder(id, std::string(folder));
}

void PosixDisk::discard(std::string_view path) { worker_.discard(std::string(path)); }

void PosixDisk::deliver(const Now& now, storage::DiskEvents& events) {
  for (DiskWorker::Completion& completion : worker_.take_completions()) {
    events.on_synced(now, completion.first, std::move(completion.second));
  }
}

Error PosixDisk::failed(FileId file) const {
  return system_error(errno, files_.path(number(file)));
}

}  // namespace barnabas::broker::io
