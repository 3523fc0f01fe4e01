#include "protocol/transport/range_sender.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#if defined(__linux__)
#include <sys/sendfile.h>
#endif

namespace barnabas::transport {
namespace {

// Small enough to be still in the cache when it is sent.
constexpr std::size_t read_size = std::size_t{64} << 10;

bool was_cut(const wire::FileRange& range) { return range.file->cut_at() < range.end(); }

SendResult by_reading(int socket, const wire::FileRange& range, std::size_t most) {
  SendResult result;
  const std::unique_ptr<std::byte[]> memory(new std::byte[std::min(most, read_size)]);
  while (result.count < most) {
    const std::size_t wanted = std::min(most - result.count, read_size);
    const Result<std::size_t> got =
        range.file->read(range.position + result.count, {memory.get(), wanted});
    const bool whole = got && *got == wanted;
    const auto sent = whole ? ::send(socket, memory.get(), wanted, MSG_NOSIGNAL) : -1;
    if (sent >= 0) {
      result.count += static_cast<std::size_t>(sent);
      if (static_cast<std::size_t>(sent) == wanted) continue;
    } else if (result.count > 0) {
      // The next attempt says what it is.
    } else if (whole) {
      result.error_number = errno;
    } else {
      result.unreadable = got ? wire::cut_off(range.size - *got) : got.error();
    }
    break;
  }
  return result;
}

#if defined(__linux__)

/// Holds back the SIGPIPE that sendfile raises, which has no flag against it.
class PipeSignalGuard {
 public:
  PipeSignalGuard() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~PipeSignalGuard() {
    // Who blocks it anyway never sees it.
    if (raised_ && ::sigismember(&before_, SIGPIPE) == 0) {
      const timespec at_once{};
      ::sigtimedwait(&pipe_, nullptr, &at_once);
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  PipeSignalGuard(const PipeSignalGuard&) = delete;
  PipeSignalGuard& operator=(const PipeSignalGuard&) = delete;

  void raised() noexcept { raised_ = true; }

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool raised_ = false;
};

SendResult by_sendfile(int socket, const wire::FileRange& range, std::size_t most) {
  SendResult result;
  PipeSignalGuard guard;
  auto position = static_cast<off_t>(range.position);
  const auto sent = ::sendfile(socket, range.file->descriptor(), &position, most);
  if (sent < 0) {
    result.error_number = errno;
    if (errno == EPIPE) guard.raised();
  } else if (sent == 0) {
    result.unreadable = wire::cut_off(range.size);
  } else {
    result.count = static_cast<std::size_t>(sent);
  }
  return result;
}

#endif

}  // namespace

SendResult send_range(int socket, const wire::FileRange& range, std::size_t most) {
  most = std::min(most, range.size);
  SendResult result;
  if (was_cut(range)) {
    result.unreadable = wire::cut_off(range.size);
    return result;
  }
#if defined(__linux__)
  if (range.file->descriptor() >= 0) {
    result = by_sendfile(socket, range, most);
    // Not every file system can; EIO and the like are said again by reading.
    const bool refused = result.error_number == EINVAL || result.error_number == ENOSYS ||
                         result.error_number == EOVERFLOW || result.error_number == EIO;
    if (refused) result = by_reading(socket, range, most);
  } else {
    result = by_reading(socket, range, most);
  }
#else
  result = by_reading(socket, range, most);
#endif
  // It may have been cut, and have grown again, while it was sent.
  if (was_cut(range) && result.unreadable.ok()) result.unreadable = wire::cut_off(range.size);
  return result;
}

}  // namespace barnabas::transport
