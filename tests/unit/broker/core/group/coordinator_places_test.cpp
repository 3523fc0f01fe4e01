#include "broker/src/core/group/coordinator_places.hpp"

#include <doctest/doctest.h>

using namespace barnabas::broker;

TEST_CASE("groups are hashed as Java hashes strings") {
  CHECK(java_string_hash("") == 0);
  CHECK(java_string_hash("a") == 97);
  CHECK(java_string_hash("hello") == 99162322);
  CHECK(java_string_hash("test-consumer-group") == -1793216381);
  CHECK(java_string_hash("\xc3\xa9") == 0xE9);                          // U+00E9
  CHECK(java_string_hash("\xf0\x9f\x98\x80") == 31 * 0xD83D + 0xDE00);  // U+1F600, two units
  CHECK(java_string_hash("\xff") == 0xFF);                              // not UTF-8: no crash
}

TEST_CASE("a group stays with its partition's node unless it is moved") {
  BrokerSettings settings;
  settings.nodes = 3;
  Cluster cluster(settings);
  CoordinatorPlaces places(cluster, 50);
  CHECK(places.partition_of("a") == 97 % 50);
  const NodeId home = places.node_of("a");
  const NodeId other = home == 3 ? 1 : home + 1;
  places.move("a", other);
  CHECK(places.node_of("a") == other);
  cluster.set_running(other, false);
  CHECK(places.node_of("a") != other);
  CHECK(places.node_of("a") != no_node);
}

TEST_CASE("a group that cannot be read is nowhere, moved or not") {
  Cluster cluster(BrokerSettings{});
  CoordinatorPlaces places(cluster, 50);
  places.move("a", 1);
  places.set_unreadable(97 % 50);
  CHECK(places.node_of("a") == no_node);
  CHECK(places.node_of("b") != no_node);
}

TEST_CASE("a group's partition is one that the topic has, whatever is configured") {
  BrokerSettings settings;
  Cluster cluster(settings);
  CoordinatorPlaces places(cluster, 50);
  places.set_partitions(3);
  CHECK(places.partition_of("a") == 97 % 3);
}
