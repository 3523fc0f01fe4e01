#include "tools/barnabas/interrupt.hpp"

#include <poll.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace barnabas::tools {
namespace {

// Signal handlers reach nothing but globals.
std::atomic<bool> was_requested = false;
int pipe_ends[2] = {-1, -1};
void (*callback)() = nullptr;

void handle(int signal) {
  if (was_requested.exchange(true)) _exit(128 + signal);
  const int saved = errno;
  if (callback != nullptr) callback();
  [[maybe_unused]] const auto written = write(pipe_ends[1], "x", 1);
  errno = saved;
}

}  // namespace

Interrupt::Interrupt(void (*on_interrupt)()) {
  callback = on_interrupt;
  if (pipe(pipe_ends) != 0) std::abort();
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  callback = nullptr;
  for (int& end : pipe_ends) {
    close(end);
    end = -1;
  }
}

bool Interrupt::requested() noexcept { return was_requested; }

int Interrupt::descriptor() noexcept { return pipe_ends[0]; }

void Interrupt::wait() {
  while (!requested()) {
    pollfd descriptor{pipe_ends[0], POLLIN, 0};
    poll(&descriptor, 1, -1);
  }
}

}  // namespace barnabas::tools
