#include "broker/src/io/posix_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace barnabas::broker::io {

Error system_error(int error_number, std::string_view path) {
  const bool full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  return Error(full ? ErrorCode::disk_full : ErrorCode::io_error,
               std::string(path) + ": " + std::generic_category().message(error_number));
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (valid()) ::close(fd_);
}

std::ptrdiff_t read_at(int fd, std::uint64_t position, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t count =
        ::pread(fd, into.data() + done, into.size() - done, static_cast<off_t>(position + done));
    if (count == 0) break;
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return static_cast<std::ptrdiff_t>(done);
}

Result<std::size_t> PosixSharedFile::read(std::uint64_t position, std::span<std::byte> into) const {
  const std::ptrdiff_t count = read_at(descriptor_->get(), position, into);
  if (count < 0) return system_error(errno, path_);
  // Looked at afterwards: what was read may have been written behind a cut.
  const std::uint64_t valid = cut_at() - std::min(cut_at(), position);
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(valid, static_cast<std::uint64_t>(count)));
}

PosixFileTable::PosixFileTable(int root, std::size_t max_descriptors)
    : root_(root), max_descriptors_(max_descriptors) {}

std::uint64_t PosixFileTable::add(std::string path, FileDescriptor descriptor) {
  const std::uint64_t file = next_++;
  Entry& entry = files_[file];
  entry.path = std::move(path);
  hold(file, entry, std::make_shared<const FileDescriptor>(std::move(descriptor)));
  return file;
}

void PosixFileTable::remove(std::uint64_t file) {
  const auto found = files_.find(file);
  if (found == files_.end()) return;
  if (found->second.descriptor) recently_used_.erase(found->second.used);
  files_.erase(found);
}

PosixFileTable::Descriptor PosixFileTable::use(std::uint64_t file) {
  const auto found = files_.find(file);
  if (found == files_.end()) {
    errno = EBADF;
    return nullptr;
  }
  Entry& entry = found->second;
  if (entry.descriptor) {
    recently_used_.splice(recently_used_.begin(), recently_used_, entry.used);
    return entry.descriptor;
  }
  FileDescriptor opened(::openat(root_, entry.path.c_str(), O_RDWR | O_CLOEXEC));
  if (!opened.valid() && errno == EMFILE) {
    give_up_half();
    opened = FileDescriptor(::openat(root_, entry.path.c_str(), O_RDWR | O_CLOEXEC));
  }
  if (!opened.valid()) return nullptr;
  auto descriptor = std::make_shared<const FileDescriptor>(std::move(opened));
  hold(file, entry, descriptor);
  return descriptor;
}

std::shared_ptr<const wire::SharedFile> PosixFileTable::share(std::uint64_t file) {
  Descriptor descriptor = use(file);
  if (!descriptor) return nullptr;
  Entry& entry = files_.at(file);
  std::shared_ptr<PosixSharedFile> loan = entry.loan.lock();
  if (!loan) {
    loan = std::make_shared<PosixSharedFile>(entry.path, std::move(descriptor));
    entry.loan = loan;
  }
  return loan;
}

void PosixFileTable::cut(std::uint64_t file, std::uint64_t size) {
  const auto found = files_.find(file);
  if (found == files_.end()) return;
  if (const auto loan = found->second.loan.lock()) loan->cut(size);
  found->second.loan.reset();
}

std::string_view PosixFileTable::path(std::uint64_t file) const {
  const auto found = files_.find(file);
  return found == files_.end() ? std::string_view("closed file") : found->second.path;
}

void PosixFileTable::give_up_half() { give_up(recently_used_.size() / 2); }

void PosixFileTable::hold(std::uint64_t file, Entry& entry, Descriptor descriptor) {
  entry.descriptor = std::move(descriptor);
  entry.used = recently_used_.insert(recently_used_.begin(), file);
  give_up(max_descriptors_);
}

void PosixFileTable::give_up(std::size_t keep) {
  while (recently_used_.size() > keep) {
    files_.at(recently_used_.back()).descriptor.reset();
    recently_used_.pop_back();
  }
}

}  // namespace barnabas::broker::io
