#include "client/src/core/consumer/subscription.hpp"

#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

using Mode = Subscription::Mode;
using Topics = std::set<std::string>;

TEST_CASE("subscription: topics, a pattern or partitions by hand, one of them at a time") {
  Subscription subscription(true);
  CHECK(subscription.mode() == Mode::none);
  CHECK(subscription.set_topics({"b", "a", "b"}));
  CHECK(subscription.topics() == Topics{"a", "b"});
  CHECK(subscription.is_subscribed());
  CHECK(subscription.set_by_hand().error() == ErrorCode::invalid_state);
  CHECK(subscription.set_pattern("x.*"));  // replaces topics
  CHECK(subscription.mode() == Mode::pattern);
  CHECK(subscription.topics().empty());
  subscription.clear();
  CHECK(subscription.set_by_hand());
  CHECK(!subscription.is_subscribed());
  CHECK(subscription.set_topics({"a"}).error() == ErrorCode::invalid_state);
  CHECK(subscription.set_pattern("a").error() == ErrorCode::invalid_state);
}

TEST_CASE("subscription: what is refused changes nothing") {
  Subscription subscription(true);
  CHECK(subscription.set_topics({"a"}));
  const std::string long_name(250, 'x');
  for (const std::string& bad : {std::string(), std::string("."), std::string(".."),
                                 std::string("a/b"), std::string("a b"), long_name}) {
    CAPTURE(bad);
    CHECK(subscription.set_topics({"ok", bad}).error() == ErrorCode::invalid_argument);
  }
  CHECK(subscription.set_pattern("(").error() == ErrorCode::invalid_argument);
  CHECK(subscription.topics() == Topics{"a"});
  CHECK(subscription.mode() == Mode::topics);
  CHECK(is_topic_name(std::string(249, 'x')));
}

TEST_CASE_FIXTURE(ConsumerWorld, "subscription: a pattern follows the cluster's topics") {
  script.add_topic("orders-eu", {1});
  script.add_topic("orders-us", {1});
  script.add_topic("my-orders-eu", {1});
  Subscription subscription(true);
  CHECK(subscription.set_pattern("orders-.*"));
  cluster.watch_all_topics(now(), true);
  settle();
  CHECK(subscription.resolve(cluster.metadata()));
  CHECK(subscription.topics() == Topics{"orders-eu", "orders-us"});  // the whole name matches
  CHECK(!subscription.resolve(cluster.metadata()));
  script.add_topic("orders-asia", {1});
  script.remove_topic("orders-us");
  cluster.refresh_metadata(now());
  script.advance(2s);
  CHECK(subscription.resolve(cluster.metadata()));
  CHECK(subscription.topics() == Topics{"orders-asia", "orders-eu"});
  // Trouble with a topic is not its end.
  script.topic("orders-eu").error = ErrorCode::leader_not_available;
  cluster.refresh_metadata(now());
  script.advance(2s);
  CHECK(!subscription.resolve(cluster.metadata()));
}
