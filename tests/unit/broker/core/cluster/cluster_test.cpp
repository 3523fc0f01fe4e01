#include "broker/src/core/cluster/cluster.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker {
namespace {

BrokerSettings three_nodes() {
  BrokerSettings settings;
  settings.node_id = 5;
  settings.nodes = 3;
  return settings;
}

TEST_CASE("cluster: partitions go around the running nodes") {
  Cluster cluster(three_nodes());
  CHECK(cluster.spread(0) == 5);
  CHECK(cluster.spread(4) == 6);
  CHECK(cluster.set_running(6, false));
  CHECK(cluster.spread(0) == 5);
  CHECK(cluster.spread(1) == 7);
  CHECK(cluster.spread(2) == 5);
  CHECK_FALSE(cluster.set_running(9, false));
}

TEST_CASE("cluster: the controller is the first running node") {
  Cluster cluster(three_nodes());
  CHECK(cluster.controller() == 5);
  cluster.set_running(5, false);
  CHECK(cluster.controller() == 6);
  cluster.set_running(6, false);
  cluster.set_running(7, false);
  CHECK(cluster.controller() == no_node);
  CHECK(cluster.spread(3) == no_node);
}

TEST_CASE("cluster: clients are told the listener that they came in on") {
  Cluster cluster(three_nodes());
  cluster.add_listener(5, network::ListenerId{1}, {"inside", 1});
  cluster.add_listener(5, network::ListenerId{2}, {"outside", 2});
  cluster.add_listener(6, network::ListenerId{3}, {"inside", 3});
  const auto place = cluster.place_of(network::ListenerId{2});
  REQUIRE(place);
  CHECK(place->node == 5);
  CHECK(cluster.address_of(*cluster.find(5), place->index).host == "outside");
  CHECK(cluster.address_of(*cluster.find(6), place->index) == network::HostPort{"inside", 3});
  CHECK_FALSE(cluster.place_of(network::ListenerId{9}));
}

}  // namespace
}  // namespace barnabas::broker
