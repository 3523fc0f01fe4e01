#include "client/src/core/consumer/assignors/assignor.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::client;

TEST_CASE("assignors are known by protocol name and by Java class") {
  for (const Assignor assignor :
       {Assignor::range, Assignor::roundrobin, Assignor::sticky, Assignor::cooperative_sticky}) {
    CHECK(parse_assignor(name(assignor)) == assignor);
  }
  CHECK(name(Assignor::cooperative_sticky) == "cooperative-sticky");
  CHECK(parse_assignor("org.apache.kafka.clients.consumer.CooperativeStickyAssignor") ==
        Assignor::cooperative_sticky);
  CHECK(!parse_assignor("Range"));
  CHECK(is_cooperative(Assignor::cooperative_sticky));
  CHECK(!is_cooperative(Assignor::sticky));
}
