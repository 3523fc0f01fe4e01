#include "protocol/transport/wakeup.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdint>

#include <unistd.h>

using barnabas::transport::Wakeup;

namespace {

// How often the descriptor was written to since the last look.
std::uint64_t writes(const Wakeup& wakeup) {
  std::uint64_t count = 0;
  return ::read(wakeup.descriptor(), &count, sizeof count) == sizeof count ? count : 0;
}

}  // namespace

TEST_CASE("a sleeper costs one write, however many signal") {
  const auto wakeup = Wakeup::create().value();
  CHECK(wakeup->fall_asleep());
  CHECK(wakeup->fall_asleep());
  errno = 7;
  for (int i = 0; i < 5; ++i) wakeup->signal();
  CHECK(errno == 7);
  CHECK(writes(*wakeup) == 1);
  wakeup->wake_up();
  CHECK(wakeup->fall_asleep());
  wakeup->signal();
  CHECK(writes(*wakeup) == 1);
}

TEST_CASE("who is awake costs none, but does not fall asleep over it") {
  const auto wakeup = Wakeup::create().value();
  wakeup->signal();
  wakeup->signal();
  CHECK(writes(*wakeup) == 0);
  CHECK(!wakeup->fall_asleep());
  CHECK(wakeup->fall_asleep());
}

TEST_CASE("clear takes the readability back") {
  const auto wakeup = Wakeup::create().value();
  wakeup->fall_asleep();
  wakeup->signal();
  wakeup->clear();
  CHECK(writes(*wakeup) == 0);
  wakeup->clear();  // never blocks
}
