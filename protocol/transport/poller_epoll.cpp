#include "protocol/transport/poller.hpp"
#include "protocol/transport/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <limits>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

namespace barnabas::transport {
namespace {

std::uint32_t epoll_mask(Interest interest) {
  std::uint32_t mask = 0;
  if (interest.readable) mask |= EPOLLIN;
  if (interest.writable) mask |= EPOLLOUT;
  return mask;
}

epoll_event epoll_entry(Interest interest, std::uint64_t token) {
  epoll_event entry{};
  entry.events = epoll_mask(interest);
  entry.data.u64 = token;
  return entry;
}

// Rounded up: a wait that ends early would only have to be repeated. One that ends after 24 days,
// the longest there is, may be.
int epoll_timeout(Duration limit) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp<std::int64_t>(whole, 0, most));
}

}  // namespace

Poller::Registration::Registration(Registration&& other) noexcept
    : poller_(std::exchange(other.poller_, nullptr)),
      token_(other.token_),
      descriptor_(other.descriptor_),
      interest_(other.interest_) {}

Poller::Registration& Poller::Registration::operator=(Registration&& other) noexcept {
  if (this == &other) return *this;
  reset();
  poller_ = std::exchange(other.poller_, nullptr);
  token_ = other.token_;
  descriptor_ = other.descriptor_;
  interest_ = other.interest_;
  return *this;
}

void Poller::Registration::change(Interest interest) {
  if (poller_ == nullptr || interest == interest_) return;
  interest_ = interest;
  epoll_event entry = epoll_entry(interest, token_);
  ::epoll_ctl(poller_->epoll_.get(), EPOLL_CTL_MOD, descriptor_, &entry);
}

void Poller::Registration::reset() noexcept {
  if (poller_ == nullptr) return;
  // A child of fork shares the epoll instance: removing here would make the parent deaf.
  if (::getpid() == poller_->owner_) {
    ::epoll_ctl(poller_->epoll_.get(), EPOLL_CTL_DEL, descriptor_, nullptr);
  }
  poller_->handlers_.erase(token_);
  poller_ = nullptr;
}

Poller::Poller(FileDescriptor epoll) : epoll_(std::move(epoll)), owner_(::getpid()) {}

Result<std::unique_ptr<Poller>> Poller::create() {
  FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return system_error(ErrorCode::io_error, "epoll_create1", errno);
  return std::unique_ptr<Poller>(new Poller(std::move(epoll)));
}

Result<Poller::Registration> Poller::add(int descriptor, Interest interest, Handler& handler) {
  const std::uint64_t token = ++last_token_;
  epoll_event entry = epoll_entry(interest, token);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &entry) != 0) {
    return system_error(ErrorCode::io_error, "epoll_ctl", errno);
  }
  handlers_.emplace(token, &handler);
  Registration registration;
  registration.poller_ = this;
  registration.token_ = token;
  registration.descriptor_ = descriptor;
  registration.interest_ = interest;
  return registration;
}

void Poller::wait(Duration limit) {
  std::array<epoll_event, 256> ready;
  const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()),
                                 epoll_timeout(limit));
  events_.clear();
  // The only failure that can happen here is a signal; the caller comes again.
  for (int i = 0; i < count; ++i) {
    const epoll_event& entry = ready[static_cast<std::size_t>(i)];
    events_.push_back({entry.data.u64,
                       {(entry.events & EPOLLIN) != 0, (entry.events & EPOLLOUT) != 0,
                        (entry.events & (EPOLLHUP | EPOLLERR)) != 0}});
  }
}

void Poller::dispatch() {
  for (const Event& event : events_) {
    const auto found = handlers_.find(event.token);
    if (found != handlers_.end()) found->second->on_ready(event.readiness);
  }
  events_.clear();
}

}  // namespace barnabas::transport
