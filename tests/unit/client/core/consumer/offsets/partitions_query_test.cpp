#include "client/src/core/consumer/offsets/partitions_query.hpp"

#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

struct QueryWorld : ConsumerWorld {
  PartitionsQuery query{retry, cluster, interest, 1};
  std::optional<Result<std::vector<PartitionInfo>>> answer;

  QueryWorld() {
    engine.run_part = [this](const Now& at) { query.run(at); };
    engine.deadline = [this] { return query.next_deadline(); };
  }
  void start(const std::string& topic, Duration limit = 60s) {
    query.start(now(), topic, in(limit),
                [this](Result<std::vector<PartitionInfo>> got) { answer = std::move(got); });
    settle();
  }
};

}  // namespace

TEST_CASE_FIXTURE(QueryWorld, "partitions query: what metadata says") {
  start("t");
  REQUIRE(answer);
  REQUIRE((**answer).size() == 2);
  CHECK((**answer)[1].partition == 1);
  CHECK((**answer)[1].leader == 2);
}

TEST_CASE_FIXTURE(QueryWorld, "partitions query: a topic that appears, and one that does not") {
  start("late");
  script.advance(150ms);
  CHECK(!answer);
  script.add_topic("late", {1});
  script.advance(2s);
  REQUIRE(answer);
  CHECK((**answer).size() == 1);
  answer.reset();
  start("never");
  script.advance(60s);
  REQUIRE(answer);
  CHECK(answer->error() == ErrorCode::unknown_topic_or_partition);
}

TEST_CASE_FIXTURE(QueryWorld, "partitions query: the limit and the end of the client") {
  script.node(1).up = false;
  script.node(2).up = false;
  start("t", 1s);
  script.advance(2s);
  REQUIRE(answer);
  CHECK(answer->error() == ErrorCode::timed_out);
  answer.reset();
  start("t", 60s);
  query.give_up(Error(ErrorCode::closed));
  REQUIRE(answer);
  CHECK(answer->error() == ErrorCode::closed);
}
