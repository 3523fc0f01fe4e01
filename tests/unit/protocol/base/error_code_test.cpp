#include <barnabas/error_code.hpp>

#include "protocol/base/error_entry.hpp"
#include "protocol/messages/error_table.hpp"

#include <doctest/doctest.h>

using barnabas::ErrorCode;
using barnabas::name;
using barnabas::protocol::find_error;

TEST_CASE("codes have the protocol's spelling") {
  CHECK(name(ErrorCode::none) == "NONE");
  CHECK(name(ErrorCode::unknown_server_error) == "UNKNOWN_SERVER_ERROR");
  CHECK(name(ErrorCode::not_leader_or_follower) == "NOT_LEADER_OR_FOLLOWER");
  CHECK(name(ErrorCode::share_session_limit_reached) == "SHARE_SESSION_LIMIT_REACHED");
  CHECK(name(ErrorCode::cancelled) == "CANCELLED");
  CHECK(name(static_cast<ErrorCode>(-2)) == "UNKNOWN");
  CHECK(name(static_cast<ErrorCode>(500)) == "UNKNOWN");
  CHECK(name(static_cast<ErrorCode>(32767)) == "UNKNOWN");
}

TEST_CASE("the table is complete from -1 to the last code of each kind") {
  for (int number = -1; number <= static_cast<int>(ErrorCode::share_session_limit_reached);
       ++number) {
    CAPTURE(number);
    REQUIRE(find_error(static_cast<ErrorCode>(number)) != nullptr);
  }
  for (int number = static_cast<int>(ErrorCode::timed_out);
       number <= static_cast<int>(ErrorCode::cancelled); ++number) {
    CAPTURE(number);
    REQUIRE(find_error(static_cast<ErrorCode>(number)) != nullptr);
  }
}
