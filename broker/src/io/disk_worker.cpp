#include "broker/src/io/disk_worker.hpp"

#include "broker/src/io/posix_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <map>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace barnabas::broker::io {

namespace {

int sync_data(int fd) {
#if defined(__APPLE__)
  return ::fcntl(fd, F_FULLFSYNC);
#else
  return ::fdatasync(fd);
#endif
}

void start_write_back([[maybe_unused]] int fd) {
#if defined(__linux__)
  ::sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

}  // namespace

DiskWorker::DiskWorker(int root, std::function<void()> wake)
    : root_(root), wake_(std::move(wake)), thread_([this] { run(); }) {}

DiskWorker::~DiskWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void DiskWorker::sync_file(storage::SyncId id, PosixFileTable::Descriptor file, std::string path) {
  add({id, std::move(file), std::move(path)});
}

void DiskWorker::sync_folder(storage::SyncId id, std::string path) {
  add({id, nullptr, path.empty() ? "." : std::move(path)});
}

void DiskWorker::add(Request request) {
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
  }
  changed_.notify_one();
}

void DiskWorker::discard(std::string path) {
  {
    const std::lock_guard lock(mutex_);
    discards_.push_back(std::move(path));
  }
  changed_.notify_one();
}

void DiskWorker::complete(storage::SyncId id, Error error) {
  {
    const std::lock_guard lock(mutex_);
    completions_.emplace_back(id, std::move(error));
  }
  wake_();
}

std::vector<DiskWorker::Completion> DiskWorker::take_completions() {
  const std::lock_guard lock(mutex_);
  return std::exchange(completions_, {});
}

void DiskWorker::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !requests_.empty() || !discards_.empty(); });
    if (stopping_) return;
    if (!requests_.empty()) {
      std::vector<Request> requests = std::exchange(requests_, {});
      lock.unlock();
      sync_all(requests);
    } else {
      const std::string path = std::move(discards_.front());
      discards_.pop_front();
      lock.unlock();
      remove(path);
    }
    lock.lock();
  }
}

void DiskWorker::sync_all(const std::vector<Request>& requests) {
  if (requests.size() > 1) {
    for (const Request& request : requests) {
      if (request.file) start_write_back(request.file->get());
    }
  }
  // Files are told apart by descriptor: a name may have passed to another file meanwhile.
  std::map<std::pair<const FileDescriptor*, std::string>, Result<void>> done;
  std::vector<Completion> completions;
  for (const Request& request : requests) {
    const auto [entry, is_new] = done.try_emplace({request.file.get(), request.path});
    if (is_new) entry->second = sync_one(request);
    completions.emplace_back(request.id, entry->second);
  }
  {
    const std::lock_guard lock(mutex_);
    std::move(completions.begin(), completions.end(), std::back_inserter(completions_));
  }
  wake_();
}

Result<void> DiskWorker::sync_one(const Request& request) const {
  if (request.file) {
    if (sync_data(request.file->get()) != 0) return system_error(errno, request.path);
    return {};
  }
  const FileDescriptor folder(
      ::openat(root_, request.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || ::fsync(folder.get()) != 0) return system_error(errno, request.path);
  return {};
}

void DiskWorker::remove(const std::string& path) const {
  remove_tree(root_, path);
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash);
  const FileDescriptor folder(::openat(root_, parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.valid()) ::fsync(folder.get());
}

}  // namespace barnabas::broker::io
