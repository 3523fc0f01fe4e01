#include <barnabas/error.hpp>

#include <barnabas/result.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using barnabas::Error;
using barnabas::ErrorCode;
using barnabas::Exception;
using barnabas::Result;

TEST_CASE("an error reads as where, what and what to do about it") {
  const Error error(ErrorCode::not_enough_replicas, "orders[3] at broker 2");
  CHECK(error.to_string() == "orders[3] at broker 2: NOT_ENOUGH_REPLICAS, retriable");
  CHECK(Error(ErrorCode::invalid_request).to_string() == "INVALID_REQUEST");
  CHECK(Error(ErrorCode::producer_fenced, "p").to_string() == "p: PRODUCER_FENCED, fatal");
  CHECK(Error(ErrorCode::transaction_abortable).to_string() ==
        "TRANSACTION_ABORTABLE, needs abort");
  std::ostringstream out;
  out << error;
  CHECK(out.str() == error.to_string());
}

TEST_CASE("flags come from the schema") {
  CHECK(Error(ErrorCode::leader_not_available).retriable());
  CHECK_FALSE(Error(ErrorCode::invalid_request).retriable());
  CHECK(Error(ErrorCode::producer_fenced).fatal());
  CHECK(Error(ErrorCode::transaction_abortable).needs_abort());
  CHECK(Error(ErrorCode::timed_out).retriable());
}

TEST_CASE("an error can be put into a wider context and marked as the end") {
  const Error inner(ErrorCode::corrupt_message, "batch at 7");
  const Error outer = inner.within("orders[3]");
  CHECK(outer == ErrorCode::corrupt_message);
  CHECK(outer.context() == "orders[3]: batch at 7");
  CHECK(Error(ErrorCode::corrupt_message).within("orders[3]").context() == "orders[3]");
  CHECK_FALSE(inner.fatal());
  CHECK(inner.as_fatal().fatal());
  CHECK(inner.as_fatal().within("x").fatal());
}

TEST_CASE("a default error is none") {
  CHECK(Error().ok());
  CHECK_FALSE(Error(ErrorCode::timed_out).ok());
}

TEST_CASE("a code that nobody knows keeps its number") {
  const Error error(static_cast<ErrorCode>(777));
  CHECK(error.to_string() == "UNKNOWN(777)");
  CHECK_FALSE(error.retriable());
}

TEST_CASE("asking a failed result for its value throws the error") {
  const Result<int> failed = Error(ErrorCode::timed_out, "flush");
  try {
    static_cast<void>(failed.value());
    FAIL("value() returned");
  } catch (const Exception& exception) {
    CHECK(exception.error() == ErrorCode::timed_out);
    CHECK(std::string(exception.what()) == failed.error().to_string());
  }
  CHECK(Result<int>(3).value() == 3);
}
