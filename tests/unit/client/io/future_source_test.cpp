#include <barnabas/future.hpp>

#include "tests/support/detached.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using barnabas::Error;
using barnabas::ErrorCode;
using barnabas::Future;
using barnabas::Result;
using barnabas::test::Detached;
using Source = barnabas::detail::ResultSource<std::string>;

namespace {

Detached await_into(Future<std::string> future, std::string& out) {
  Result<std::string> result = co_await future;
  out = result ? *result : result.error().to_string();
}

}  // namespace

static_assert(!std::is_aggregate_v<Future<int>>);

TEST_CASE("a ready future gives its outcome again and again") {
  const auto future = Future<std::string>::ready(std::string("value"));
  CHECK(future.valid());
  CHECK(future.is_ready());
  CHECK(future.get().value() == "value");
  CHECK(future.get(0s).value() == "value");
  CHECK(Future<void>::ready({}).get().has_value());
  CHECK_FALSE(Future<int>().valid());
}

TEST_CASE("waiting ends with the limit and the future stays usable") {
  auto source = std::make_shared<Source>();
  const Future<std::string> future(source);
  CHECK(future.get(1ms).error() == ErrorCode::timed_out);
  source->set(Error(ErrorCode::closed));
  CHECK(future.get(1ms).error() == ErrorCode::closed);
  CHECK(future.get(std::chrono::nanoseconds::max()).error() == ErrorCode::closed);
}

TEST_CASE("another thread's outcome ends every wait") {
  auto source = std::make_shared<Source>();
  const Future<std::string> future(source);
  std::string seen;
  std::thread waiter([&] { seen = future.get().value(); });
  source->set(std::string("x"));
  waiter.join();
  CHECK(seen == "x");
}

TEST_CASE("callbacks run once, in order, at once when the outcome is known") {
  auto source = std::make_shared<Source>();
  const Future<std::string> future(source);
  std::vector<std::string> calls;
  future.on_ready([&](const Result<std::string>& result) { calls.push_back("1" + *result); });
  future.on_ready([&](Result<std::string> result) { calls.push_back("2" + *result); });
  CHECK(calls.empty());
  source->set(std::string("x"));
  future.on_ready([&](Result<std::string> result) { calls.push_back("3" + *result); });
  CHECK(calls == std::vector<std::string>{"1x", "2x", "3x"});
}

TEST_CASE("a coroutine resumes with the outcome") {
  auto source = std::make_shared<Source>();
  std::string early;
  await_into(Future<std::string>(source), early);
  CHECK(early.empty());
  source->set(std::string("x"));
  CHECK(early == "x");
  std::string late;
  await_into(Future<std::string>(source), late);
  CHECK(late == "x");
}

TEST_CASE("dropping a future releases what is behind it") {
  auto source = std::make_shared<Source>();
  std::weak_ptr<Source> watch = source;
  {
    const Future<std::string> future(source);
    source->set(std::string("x"));
    source.reset();
    CHECK_FALSE(watch.expired());
  }
  CHECK(watch.expired());
}
