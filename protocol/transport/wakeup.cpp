#include "protocol/transport/wakeup.hpp"

#include "protocol/transport/system_error.hpp"

#include <cerrno>

#include <sys/eventfd.h>
#include <unistd.h>

namespace barnabas::transport {

Result<std::shared_ptr<Wakeup>> Wakeup::create() {
  FileDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return system_error(ErrorCode::io_error, "eventfd", errno);
  return std::make_shared<Wakeup>(std::move(event));
}

void Wakeup::signal() noexcept {
  if (state_.exchange(State::signalled) != State::asleep) return;
  const int saved_errno = errno;  // a signal handler must not change it
  const std::uint64_t one = 1;
  // Cannot fail but for a full counter, which is readable all the same.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
  errno = saved_errno;
}

bool Wakeup::fall_asleep() noexcept {
  State state = State::awake;
  if (state_.compare_exchange_strong(state, State::asleep)) return true;
  if (state == State::asleep) return true;
  // An exchange, not a store: it must see what a signal in between was about.
  state_.exchange(State::awake);
  return false;
}

void Wakeup::wake_up() noexcept { state_.exchange(State::awake); }

void Wakeup::clear() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(event_.get(), &count, sizeof count);
}

}  // namespace barnabas::transport
