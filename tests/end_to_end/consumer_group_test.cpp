#include "tests/end_to_end/consumer_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

using namespace barnabas;
using namespace barnabas::test;
using namespace std::chrono_literals;

TEST_CASE("consumer end to end: a group reads everything and goes on where it was") {
  ConsumerFixture f;
  f.produce("t", 3, 30);
  {
    Consumer consumer = f.consumer("g", {"t"});
    CHECK(f.read(consumer, 30).size() == 30);
  }  // commits and leaves
  f.produce("t", 3, 6);
  Consumer consumer = f.consumer("g", {"t"});
  const std::set<std::string> rest = f.read(consumer, 6);
  CHECK(rest.size() == 6);
  CHECK(!rest.contains("0"));
  CHECK(f.read_for(consumer, 200ms).empty());
}

TEST_CASE("consumer end to end: range-for commits what the application came back from") {
  ConsumerFixture f;
  f.produce("t", 1, 10);
  {
    Consumer consumer = f.consumer("g", {"t"});
    int count = 0;
    for (const ConsumerRecord& record : consumer) {
      CHECK(record.offset() == count);
      CHECK(consumer.position({"t", 0}).value() == count + 1);
      if (++count == 4) break;
    }
    // Leaving the loop and going on continues behind the last record.
    CHECK(consumer.begin()->offset() == 4);
  }
  Consumer consumer = f.consumer("g", {"t"});
  CHECK(consumer.begin()->offset() == 5);
}

TEST_CASE("consumer end to end: members share partitions, and take over from a leaver") {
  for (const Assignor assignor :
       {Assignor::range, Assignor::roundrobin, Assignor::sticky, Assignor::cooperative_sticky}) {
    CAPTURE(static_cast<int>(assignor));
    ConsumerFixture f;
    f.create("t", 4);
    const auto make = [&] {
      Consumer consumer(f.config("g").assignors({assignor}));
      consumer.subscribe({"t"}).value();
      return consumer;
    };
    Consumer a = make();
    REQUIRE(f.poll_until(a, [&] { return a.assignment().size() == 4; }));
    {
      Consumer b = make();
      REQUIRE(f.poll_both_until(
          a, b, [&] { return a.assignment().size() == 2 && b.assignment().size() == 2; }));
      f.produce("t", 4, 40);
      std::set<std::string> values;
      REQUIRE(f.poll_both_until(
          a, b, [&] { return values.size() == 40; }, &values));
    }
    REQUIRE(f.poll_until(a, [&] { return a.assignment().size() == 4; }));
    CHECK(f.read_for(a, 200ms).empty());  // all was committed
  }
}

TEST_CASE("consumer end to end: rebalance callbacks come on the caller's thread, in order") {
  ConsumerFixture f;
  f.create("t", 2);
  std::vector<std::string> told;
  const std::thread::id here = std::this_thread::get_id();
  const auto note = [&](std::string what) {
    return [&, what](const std::vector<TopicPartition>& partitions) {
      CHECK(std::this_thread::get_id() == here);
      told.push_back(what + " " + std::to_string(partitions.size()));
    };
  };
  Consumer a(f.config("g").assignors({Assignor::cooperative_sticky}));
  a.subscribe({"t"},
              {.assigned = note("assigned"), .revoked = note("revoked"), .lost = note("lost")})
      .value();
  REQUIRE(f.poll_until(a, [&] { return !told.empty(); }));
  CHECK(told == std::vector<std::string>{"assigned 2"});
  told.clear();
  Consumer b(f.config("g").assignors({Assignor::cooperative_sticky}));
  b.subscribe({"t"}).value();
  REQUIRE(f.poll_both_until(a, b, [&] { return b.assignment().size() == 1; }));
  CHECK(told.front() == "revoked 1");
  told.clear();
  a.close().value();
  CHECK(told == std::vector<std::string>{"revoked 1"});
}

TEST_CASE("consumer end to end: commits by hand") {
  ConsumerFixture f;
  f.produce("t", 1, 10);
  ConsumerConfig config = f.config("g").auto_commit(false);
  {
    Consumer consumer(config);
    consumer.subscribe({"t"}).value();
    f.read(consumer, 10);
    consumer.commit({{{"t", 0}, 7}}).value();
    CHECK(consumer.committed({"t", 0}).value()->offset == 7);
    std::optional<Result<void>> outcome;
    consumer.commit_async({{{"t", 0}, OffsetAndMetadata(8, std::nullopt, "note")}},
                          [&](const Result<void>& result, const Offsets& offsets) {
                            CHECK(offsets.at({"t", 0}).offset == 8);
                            outcome = result;
                          });
    REQUIRE(f.poll_until(consumer, [&] { return outcome.has_value(); }));
    CHECK(outcome->has_value());
    CHECK(consumer.committed({"t", 0}).value()->metadata == "note");
    CHECK(consumer.commit_async({{{"t", 0}, 6}}).get().has_value());
    CHECK(!consumer.commit({{{"other", 0}, 6}}));  // not this member's
  }
  Consumer consumer(config);
  consumer.subscribe({"t"}).value();
  CHECK(consumer.begin()->offset() == 6);
}

TEST_CASE("consumer end to end: a static member comes back without a rebalance") {
  ConsumerFixture f;
  f.create("t", 2);
  int assigned = 0;
  std::size_t told = 0;  // partitions, as the callback had them last
  Consumer a(f.config("g"));
  a.subscribe({"t"}, {.assigned =
                          [&](const auto& partitions) {
                            ++assigned;
                            told = partitions.size();
                          }})
      .value();
  const auto static_member = [&] {
    Consumer b(f.config("g").group(Group("g").instance_id("i")));
    b.subscribe({"t"}).value();
    return b;
  };
  {
    Consumer b = static_member();
    REQUIRE(f.poll_both_until(a, b, [&] {
      return a.assignment().size() == 1 && told == 1 && b.assignment().size() == 1;
    }));
  }
  const int before = assigned;
  Consumer b = static_member();
  REQUIRE(f.poll_both_until(a, b, [&] { return b.assignment().size() == 1; }));
  CHECK(assigned == before);
  // A second one of the same name takes over; the first is finished.
  Consumer c = static_member();
  REQUIRE(f.poll_until(c, [&] { return c.assignment().size() == 1; }));
  Result<Records> last = Records();
  REQUIRE(f.eventually([&] { return !(last = b.poll(50ms)); }));
  CHECK(last.error() == ErrorCode::fenced_instance_id);
  CHECK(last.error().fatal());
}

TEST_CASE("consumer end to end: topics by pattern, also those that come later") {
  ConsumerFixture f;
  f.create("orders-1", 1);
  f.create("other", 1);
  Consumer consumer(f.config("g").metadata_max_age(100ms));
  consumer.subscribe_pattern("^orders-.*").value();
  REQUIRE(f.poll_until(consumer, [&] { return consumer.assignment().size() == 1; }));
  f.create("orders-2", 2);
  REQUIRE(f.poll_until(consumer, [&] { return consumer.assignment().size() == 3; }));
  CHECK(consumer.subscription() == std::vector<std::string>{"orders-1", "orders-2"});
}
