#include "protocol/transport/io_thread.hpp"

#include "protocol/transport/system_error.hpp"

#include <system_error>
#include <utility>

#include <pthread.h>
#include <signal.h>

namespace barnabas::transport {

Result<std::thread> start_thread(const char* name, std::function<void()> body) {
  // The new thread inherits the mask, so no signal can slip in before it sets its own. What the
  // thread itself causes must reach crash handlers and profilers.
  sigset_t blocked;
  sigset_t before;
  ::sigfillset(&blocked);
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF}) {
    ::sigdelset(&blocked, own);
  }
  ::pthread_sigmask(SIG_SETMASK, &blocked, &before);
  Result<std::thread> thread = std::thread();
  try {
    *thread = std::thread([name, body = std::move(body)] {
      ::pthread_setname_np(::pthread_self(), name);
      body();
    });
  } catch (const std::system_error& failure) {
    thread = system_error(ErrorCode::io_error, "start a thread", failure.code().value());
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

Result<void> start_detached_thread(const char* name, std::function<void()> body) {
  Result<std::thread> thread = start_thread(name, std::move(body));
  if (!thread) return thread.error();
  thread->detach();
  return {};
}

}  // namespace barnabas::transport
