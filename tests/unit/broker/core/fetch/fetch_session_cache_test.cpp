#include "broker/src/core/fetch/fetch_session_cache.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace barnabas::broker {
namespace {

using namespace std::chrono_literals;

FetchPartition partition(std::int32_t index, std::int64_t offset = 0) {
  FetchPartition wanted;
  wanted.key = {"topic", Uuid(), index};
  wanted.offset = offset;
  return wanted;
}

std::vector<std::int32_t> order(FetchSession& session) {
  std::vector<std::int32_t> indexes;
  for (const FetchPartition& wanted : session.partitions()) indexes.push_back(wanted.key.partition);
  return indexes;
}

TEST_CASE("fetch_session: partitions are added, changed in place, forgotten, rotated") {
  FetchSession session(1, false);
  for (const std::int32_t i : {0, 1, 2}) session.set(partition(i));
  session.partitions().front().told_high_watermark = 9;
  session.set(partition(0, 50));
  CHECK(order(session) == std::vector<std::int32_t>{0, 1, 2});
  CHECK(session.partitions().front().offset == 50);
  CHECK(session.partitions().front().told_high_watermark == 9);
  session.move_to_end(session.partitions().begin());
  CHECK(order(session) == std::vector<std::int32_t>{1, 2, 0});
  session.forget({"topic", Uuid(), 2});
  session.forget({"topic", Uuid(), 7});
  CHECK(order(session) == std::vector<std::int32_t>{1, 0});
}

TEST_CASE("fetch_session_cache: epochs go up by one and wrap to one") {
  FetchSessionCache cache(10, 2min, 1);
  const Now now;
  const auto session = cache.create(now, false, 3, true);
  REQUIRE(session->id() > 0);
  CHECK(cache.resume(now, session->id(), 2, false).error == ErrorCode::invalid_fetch_session_epoch);
  CHECK(cache.resume(now, session->id(), 1, true).error == ErrorCode::fetch_session_topic_id_error);
  CHECK(cache.resume(now, session->id() + 1, 1, false).error ==
        ErrorCode::fetch_session_id_not_found);
  CHECK(cache.resume(now, session->id(), 1, false).session == session);
  CHECK(cache.resume(now, session->id(), 1, false).error == ErrorCode::invalid_fetch_session_epoch);
  CHECK(cache.resume(now, session->id(), 2, false).session == session);
  cache.remove(session->id());
  CHECK(cache.resume(now, session->id(), 3, false).error == ErrorCode::fetch_session_id_not_found);
}

TEST_CASE("fetch_session_cache: a full cache makes room only after the eviction time") {
  FetchSessionCache cache(2, 2min, 1);
  Now now;
  const auto old = cache.create(now, false, 5, true);
  for (std::int32_t i = 0; i < 5; ++i) old->set(partition(i));
  now.monotonic += 1min;
  const auto used = cache.create(now, false, 1, true);
  used->set(partition(0));
  CHECK(cache.create(now, false, 9, true)->id() == 0);
  CHECK(cache.create(now, false, 9, false)->id() == 0);

  now.monotonic += 1min;  // `old` has been idle for two minutes
  const auto newer = cache.create(now, false, 3, true);
  CHECK(newer->id() != 0);
  CHECK(cache.find(old->id()) == nullptr);
  CHECK(cache.size() == 2);
}

TEST_CASE("fetch_session_cache: a larger session takes the place of a smaller one that has lived") {
  FetchSessionCache cache(2, 2min, 1);
  Now now;
  const auto small = cache.create(now, false, 1, true);
  small->set(partition(0));
  const auto large = cache.create(now, false, 2, true);
  large->set(partition(0));
  large->set(partition(1));
  now.monotonic += 119s;
  CHECK(cache.resume(now, small->id(), 1, false).session);
  CHECK(cache.resume(now, large->id(), 1, false).session);
  CHECK(cache.create(now, false, 3, true)->id() == 0);
  now.monotonic += 1s;
  CHECK(cache.create(now, false, 1, true)->id() == 0);
  CHECK(cache.create(now, false, 2, true)->id() != 0);
  CHECK(cache.find(small->id()) == nullptr);
  CHECK(cache.find(large->id()) != nullptr);
}

}  // namespace
}  // namespace barnabas::broker
