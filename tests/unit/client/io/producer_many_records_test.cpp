#include <barnabas/producer.hpp>

#include "tests/unit/client/core/producer/producer_fixture.hpp"
#include "tests/unit/client/io/produced_records.hpp"

#include <barnabas/literals.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::outcome;
using barnabas::test::ProducerFixture;
using barnabas::test::records_of;
using barnabas::test::Values;

namespace {

struct ManyFixture : ProducerFixture {
  // 0, 1, 2, ..., filled up to `size` bytes.
  static Values numbers(std::size_t count, std::size_t size = 0) {
    Values values;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(std::to_string(i));
      values.back().resize(std::max(size, values.back().size()), '.');
    }
    return values;
  }
  static std::vector<RecordView> views(const Values& values) {
    std::vector<RecordView> records;
    for (const std::string& value : values) records.emplace_back(BytesView(value));
    return records;
  }

  Values told;
  DeliveryHandler handler{
      [this](const Result<Delivery>& result) { told.push_back(outcome(result)); }};
};

}  // namespace

TEST_SUITE("producer, many records at once") {
  TEST_CASE_FIXTURE(ManyFixture, "they arrive in order, and each is reported") {
    const Values values = numbers(1000);
    const std::vector<RecordView> records = views(values);
    bool known = true;
    SUBCASE("when the partitions are known") { warm_up(); }
    SUBCASE("before they are") { known = false; }
    SUBCASE("in small batches") {
      config.batch_size(300);
      warm_up();
    }
    producer().send_all(producer().topic("orders"), records, handler);
    CHECK(producer().flush(10s));
    Values stored = log.values("orders", 0);
    if (known) stored.erase(stored.begin());
    CHECK(stored == values);
    REQUIRE(told.size() == 1000);
    const std::size_t first = known ? 1 : 0;
    for (std::size_t i = 0; i < told.size(); ++i) {
      CHECK(told[i] == "ok@" + std::to_string(first + i));
    }
  }

  TEST_CASE_FIXTURE(ManyFixture, "nobody has to be told") {
    warm_up();
    const Topic topic = producer().topic("orders");
    const Values values = numbers(100);
    producer().send_all(topic, views(values));
    producer().send_all(topic, views(values), handler);
    producer().send_all(topic, views(values));
    CHECK(producer().flush(10s));
    CHECK(log.values("orders", 0).size() == 301);
    REQUIRE(told.size() == 100);
    CHECK(told.front() == "ok@101");
    CHECK(told.back() == "ok@200");
    producer().send_all(topic, {});
    CHECK(producer().flush(10s));
    CHECK(producer().metrics().records_delivered == 301);
  }

  TEST_CASE_FIXTURE(ManyFixture, "nobody has to be told before the partitions are known, either") {
    const Values values = numbers(100);
    producer().send_all(producer().topic("orders"), views(values));
    CHECK(producer().flush(10s));
    CHECK(log.values("orders", 0) == values);
    producer().send_all(producer().topic("nowhere"), views(values));
    const Result<void> flushed = producer().flush(100s);
    REQUIRE_FALSE(flushed);
    CHECK(flushed.error() == ErrorCode::unknown_topic_or_partition);
    CHECK(producer().metrics().records_failed == 100);
  }

  TEST_CASE_FIXTURE(ManyFixture, "those that are not like the others keep their place") {
    script.add_topic("wide", {1, 1, 1});
    warm_up("wide", 1);
    const std::vector<HeaderView> headers{{"h", BytesView("1")}};
    std::vector<RecordView> records(7, RecordView(BytesView("plain")));
    records[1].partition = 1;
    records[1].value = BytesView("explicit");
    records[2].headers = headers;
    records[2].partition = 1;
    records[2].value = BytesView("header");
    records[3].partition = 1;
    records[3].timestamp = RecordTime(5ms);
    records[3].value = BytesView("time");
    records[4].value = std::nullopt;
    records[4].partition = 1;
    records[5].partition = 9;
    producer().send_all(producer().topic("wide"), records, handler);
    CHECK(told == Values{"UNKNOWN_TOPIC_OR_PARTITION"});
    const Result<void> flushed = producer().flush(10s);
    REQUIRE_FALSE(flushed);
    CHECK(flushed.error() == ErrorCode::unknown_topic_or_partition);
    CHECK(told.size() == 7);
    std::vector<test::ReadRecord> read;
    for (const auto& attempt : log.attempts()) {
      if (attempt.partition.partition != 1) continue;
      for (test::ReadRecord& record : records_of(attempt)) {
        if (record.value != "plain" && record.value != "warm") read.push_back(std::move(record));
      }
    }
    REQUIRE(read.size() == 4);
    CHECK(read[0].value == "explicit");
    CHECK(read[1].value == "header");
    CHECK(read[1].headers.size() == 1);
    CHECK(read[2].value == "time");
    CHECK(read[2].timestamp == 5);
    CHECK(read[3].value == std::nullopt);
  }

  TEST_CASE_FIXTURE(ManyFixture, "headers and times are kept among those that have none") {
    warm_up();
    const std::vector<HeaderView> headers{{"h", BytesView("1")}};
    std::vector<RecordView> records(5, RecordView(BytesView("plain")));
    records[1].headers = headers;
    records[3].timestamp = RecordTime(5ms);
    producer().send_all(producer().topic("orders"), records, handler);
    CHECK(producer().flush(10s));
    CHECK(told.size() == 5);
    std::vector<test::ReadRecord> read;
    for (const auto& attempt : log.attempts()) {
      for (test::ReadRecord& record : records_of(attempt)) {
        if (record.value == "plain") read.push_back(std::move(record));
      }
    }
    REQUIRE(read.size() == 5);
    for (std::size_t i = 0; i < read.size(); ++i) {
      CHECK(read[i].headers.size() == (i == 1 ? 1 : 0));
      CHECK((read[i].timestamp == 5) == (i == 3));
    }
  }

  TEST_CASE_FIXTURE(ManyFixture, "a turn of the sticky partition ends in the middle") {
    script.add_topic("wide", std::vector<std::int32_t>(10, 1));
    warm_up("wide");
    // The batches are not empty when turns begin, so that these do not end with a piece of memory.
    const std::string other(3000, 'x');
    for (std::int32_t partition = 0; partition < 10; ++partition) {
      RecordView record{BytesView(other)};
      record.partition = partition;
      producer().send(producer().topic("wide"), record, handler);
    }
    const Values values = numbers(2000, 100);
    producer().send_all(producer().topic("wide"), views(values), handler);
    CHECK(producer().flush(10s));
    std::size_t sum = 0;
    std::vector<std::size_t> turns(values.size());  // by the first record of each
    for (int partition = 0; partition < 10; ++partition) {
      std::size_t first = 0;
      std::size_t next = values.size();
      for (const std::string& value : log.values("wide", partition)) {
        if (value == "warm" || value == other) continue;
        ++sum;
        const std::size_t number = std::stoul(value);
        if (number != next) first = number;
        ++turns[first];
        next = number + 1;
      }
    }
    CHECK(sum == 2000);
    // The first is over at 16 KiB, of records that take a little more than 100 bytes; as no time
    // passes, each has twice as much as the one before.
    CHECK(turns[0] > 100);
    CHECK(turns[0] < 165);
    CHECK(std::count(turns.begin(), turns.end(), 0U) == static_cast<std::ptrdiff_t>(2000 - 4));
  }

  TEST_CASE_FIXTURE(ManyFixture, "memory is bounded") {
    config.buffer_memory(64_KiB).linger(10'000ms);
    const Values values = numbers(50, 8'000);
    SUBCASE("fail") {
      config.when_full(WhenFull::fail);
      CHECK(outcome(producer().send("orders", "warm").get(20s)) == "ok@0");
      producer().send_all(producer().topic("orders"), views(values), handler);
      CHECK(told.size() > 30);
      CHECK(told.front() == "BUFFER_FULL");
      CHECK(producer().metrics().buffer_used <= 64 * 1024);
      CHECK_FALSE(producer().flush(20s));
      CHECK(told.size() == 50);
    }
    SUBCASE("wait") {
      config.max_block(1000ms);
      CHECK(outcome(producer().send("orders", "warm").get(20s)) == "ok@0");
      producer().send_all(producer().topic("orders"), views(values), handler);
      CHECK(producer().flush(20s));
      CHECK(log.values("orders", 0).size() == 51);
      CHECK(told.size() == 50);
    }
  }

  TEST_CASE_FIXTURE(ManyFixture, "after the end, and of another producer") {
    warm_up();
    const Values values = numbers(3);
    const Topic topic = producer().topic("orders");
    Result<Producer> other = Producer::create(runtime, config);
    REQUIRE(other);
    producer().send_all(other->topic("orders"), views(values), handler);
    CHECK(told == Values(3, "INVALID_ARGUMENT"));
    told.clear();
    CHECK_FALSE(producer().close());
    producer().send_all(topic, views(values), handler);
    CHECK(told == Values(3, "CLOSED"));
  }
}
