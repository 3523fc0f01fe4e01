#include "client/src/core/cluster/metadata_schedule.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using namespace barnabas;
using namespace barnabas::client;

namespace {

struct Schedule {
  ClusterOptions options;
  Random random{1};
  MetadataSchedule schedule{options, random};
  Now now{Instant(1h), 0};

  std::optional<MetadataSchedule::Refresh> after(Duration duration) {
    now.monotonic += duration;
    return schedule.take_due(now);
  }
};

}  // namespace

TEST_CASE("nothing is asked for until somebody is interested") {
  Schedule test;
  CHECK_FALSE(test.schedule.next_deadline().has_value());
  CHECK_FALSE(test.after(1h).has_value());
  test.schedule.need_any();
  const auto refresh = test.after(0s);
  REQUIRE(refresh.has_value());
  CHECK(refresh->complete);
  CHECK_FALSE(refresh->all_topics);
  CHECK(refresh->topics.empty());
}

TEST_CASE("new topics are asked for at once and alone, all of them by age") {
  Schedule test;
  test.schedule.watch(test.now, "a");
  CHECK(test.after(0s)->topics.size() == 1);
  test.schedule.succeeded(test.now, {});
  test.schedule.watch(test.now, "b");
  test.schedule.watch(test.now, "b");
  const auto refresh = test.after(0s);
  REQUIRE(refresh.has_value());
  CHECK(refresh->topics == MetadataSchedule::TopicNames{"b"});
  CHECK_FALSE(refresh->complete);
  test.schedule.succeeded(test.now, {});
  CHECK_FALSE(test.after(4min).has_value());
  const auto aged = test.after(1min);
  REQUIRE(aged.has_value());
  CHECK(aged->complete);
  CHECK(aged->topics.size() == 2);
}

TEST_CASE("a topic watched while a refresh is under way is not overlooked") {
  Schedule test;
  test.schedule.watch(test.now, "a");
  REQUIRE(test.after(0s).has_value());
  test.schedule.watch(test.now, "b");
  CHECK_FALSE(test.schedule.next_deadline().has_value());
  test.schedule.succeeded(test.now, {});
  CHECK(test.after(0s)->topics == MetadataSchedule::TopicNames{"b"});
}

TEST_CASE("unknown topics are asked for again after growing pauses") {
  Schedule test;
  test.schedule.watch(test.now, "a");
  int asked = 0;
  for (int i = 0; i < 1000; ++i) {
    if (test.after(10ms)) {
      ++asked;
      test.schedule.succeeded(test.now, {"a"});
    }
  }
  CHECK(asked >= 10);
  CHECK(asked <= 18);
  test.schedule.unwatch("a");
  CHECK_FALSE(test.after(10s).has_value());
}

TEST_CASE("a new topic does not wait for the pause of an unknown one") {
  Schedule test;
  test.schedule.watch(test.now, "unknown");
  REQUIRE(test.after(0s).has_value());
  SUBCASE("watched while the unknown one was asked for") {
    test.schedule.watch(test.now, "new");
    test.schedule.succeeded(test.now, {"unknown"});
  }
  SUBCASE("watched during the pause") {
    test.schedule.succeeded(test.now, {"unknown"});
    test.now.monotonic += 10ms;
    test.schedule.watch(test.now, "new");
  }
  const auto refresh = test.after(0s);
  REQUIRE(refresh.has_value());
  CHECK(refresh->topics == MetadataSchedule::TopicNames{"new"});
  test.schedule.succeeded(test.now, {"unknown"});
  // Nor does the unknown one's pause begin anew.
  CHECK(test.after(125ms)->topics == MetadataSchedule::TopicNames{"unknown"});
}

TEST_CASE("a topic that stays unknown does not keep the others from being refreshed by age") {
  Schedule test;
  test.schedule.watch(test.now, "known");
  test.schedule.watch(test.now, "unknown");
  int complete = 0;
  for (int second = 0; second < 660; ++second) {
    if (const auto refresh = test.after(1s)) {
      complete += refresh->complete ? 1 : 0;
      test.schedule.succeeded(test.now, {"unknown"});
    }
  }
  CHECK(complete == 2);
}

TEST_CASE("requests are merged and spaced") {
  Schedule test;
  test.schedule.request(test.now);
  REQUIRE(test.after(0s).has_value());
  test.schedule.succeeded(test.now, {});
  int asked = 0;
  for (int i = 0; i < 1000; ++i) {
    test.schedule.request(test.now);
    test.schedule.request(test.now);
    if (test.after(10ms)) {
      ++asked;
      test.schedule.succeeded(test.now, {});
    }
  }
  CHECK(asked >= 8);
  CHECK(asked <= 18);
  // After a while of peace the first request is served without a pause again.
  test.after(0s);
  test.schedule.succeeded(test.now, {});
  test.now.monotonic += 1min;
  test.schedule.request(test.now);
  CHECK(test.after(0s).has_value());
}

TEST_CASE("a request made while a refresh is under way leads to another") {
  Schedule test;
  test.schedule.request(test.now);
  REQUIRE(test.after(0s).has_value());
  test.schedule.request(test.now);
  test.schedule.succeeded(test.now, {});
  CHECK(test.after(200ms).has_value());
}

TEST_CASE("failures pause and are counted from the first") {
  Schedule test;
  test.schedule.watch(test.now, "a");
  REQUIRE(test.after(0s).has_value());
  const Instant first = test.now.monotonic;
  test.schedule.failed(test.now);
  CHECK(test.schedule.failing_since() == first);
  CHECK_FALSE(test.after(79ms).has_value());
  CHECK(test.after(42ms).has_value());
  test.schedule.failed(test.now);
  CHECK(test.schedule.failing_since() == first);
  // A new topic does not get around the pause.
  test.schedule.watch(test.now, "b");
  CHECK_FALSE(test.after(100ms).has_value());
  REQUIRE(test.after(200ms).has_value());
  test.schedule.succeeded(test.now, {});
  CHECK_FALSE(test.schedule.failing_since().has_value());
}

TEST_CASE("all topics are asked for while somebody follows a pattern") {
  Schedule test;
  test.schedule.watch_all(test.now, true);
  const auto refresh = test.after(0s);
  REQUIRE(refresh.has_value());
  CHECK(refresh->all_topics);
  CHECK(refresh->complete);
  test.schedule.succeeded(test.now, {});
  test.schedule.watch_all(test.now, false);
  CHECK_FALSE(test.after(5min)->all_topics);
}
