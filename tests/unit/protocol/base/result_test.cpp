#include <barnabas/result.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using barnabas::Error;
using barnabas::ErrorCode;
using barnabas::Exception;
using barnabas::Result;

// What a temporary hands out is a value: a reference into it would be dead in the next line, and in
// the body of a loop over it.
using Words = Result<std::vector<std::string>>;
static_assert(std::is_same_v<decltype(std::declval<Words>().value()), Words::value_type>);
static_assert(std::is_same_v<decltype(*std::declval<Words>()), Words::value_type>);
static_assert(
    std::is_same_v<decltype(std::declval<const Words&>().value()), const Words::value_type&>);
static_assert(std::is_same_v<decltype(std::declval<Words&>().value()), Words::value_type&>);

namespace {

Words words() { return Words::value_type{"longer than a string without a block of its own", "b"}; }

}  // namespace

TEST_CASE("a loop may run over the value of a temporary result") {
  std::string all;
  for (const std::string& word : words().value()) all += word;
  for (const std::string& word : *words()) all += word;
  CHECK(all.size() == 2 * words()->at(0).size() + 2);
}

TEST_CASE("a result hands a value on that can only be moved") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(result).value();
  CHECK(*taken == 7);
}

TEST_CASE("a result without a value throws its error and nothing else") {
  const Result<int> failed = Error(ErrorCode::timed_out, "broker 2");
  CHECK_FALSE(failed.has_value());
  CHECK(failed.error().context() == "broker 2");
  CHECK(failed.value_or(3) == 3);
  try {
    static_cast<void>(failed.value());
    FAIL("value() did not throw");
  } catch (const Exception& exception) {
    CHECK(exception.error() == ErrorCode::timed_out);
    CHECK(std::string(exception.what()).find("broker 2") != std::string::npos);
  }
  CHECK_THROWS_AS(Result<void>(Error(ErrorCode::timed_out)).value(), Exception);
  CHECK_NOTHROW(Result<void>().value());
}
