#include "client/src/core/producer/completions.hpp"

#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using Told = std::vector<std::string>;

struct CompletionsWorld : TopicWorld {
  BatchWorld batches;
  Outbox outbox;
  Completions completions{accumulator().shared_ptr()};
  Told told;

  /// Batches whose place in the barrier is the shared one's.
  std::shared_ptr<ProducerBatch> batch(const std::vector<std::string>& values) {
    batches.last_work = shared().barrier.begin() - 1;
    return batches.batch(values, 120s, [this](const Result<Delivery>& result) {
      told.push_back(result ? "ok" : result.error().context());
    });
  }
  void deliver() {
    for (const auto& call : outbox.take()) call();
  }
  FlushBarrier::Waiter flush() {
    auto waiter = std::make_shared<detail::ResultSource<void>>();
    shared().barrier.wait(waiter);
    return waiter;
  }
};

}  // namespace

TEST_CASE_FIXTURE(CompletionsWorld, "completions: counted, told in order, and flush comes last") {
  const auto a = batch({"a1", "a2"});
  const auto b = batch({"b"});
  const auto waiter = flush();
  completions.add({{a, {}}}, "orders[0]");
  completions.add({{b, {Error(ErrorCode::invalid_record, "bad")}}}, "orders[0]");
  completions.post(outbox);
  CHECK(told.empty());  // not before the shell says so
  CHECK(completions.records_delivered() == 2);
  CHECK(completions.batches_delivered() == 1);
  CHECK(completions.bytes_delivered() == a->builder().size());
  CHECK(completions.records_failed() == 1);
  deliver();
  CHECK(told == Told{"ok", "ok", "orders[0]: bad"});
  REQUIRE(waiter->done());
  CHECK(waiter->result(0).error() == ErrorCode::invalid_record);
  completions.post(outbox);
  CHECK(outbox.empty());
}

TEST_CASE_FIXTURE(CompletionsWorld,
                  "completions: a flush that a callback starts reports nothing twice") {
  auto waiter = std::make_shared<detail::ResultSource<void>>();
  batches.last_work = shared().barrier.begin() - 1;
  const auto batch = batches.batch({"a"}, 120s, [&](const Result<Delivery>&) {
    shared().barrier.wait(waiter);  // waits for this very batch
    CHECK(!waiter->done());
  });
  completions.add({{batch, {Error(ErrorCode::invalid_record)}}}, "orders[0]");
  completions.post(outbox);
  deliver();
  REQUIRE(waiter->done());
  CHECK(!waiter->result(0));
  CHECK(shared().barrier.take_failures());
}

TEST_CASE_FIXTURE(CompletionsWorld, "completions: a batch's memory is free before it is told") {
  auto batch = this->batch({std::string(50'000, 'x')});
  CHECK(batches.pool->used() > 50'000);
  completions.add({{std::move(batch), {}}}, "orders[0]");
  CHECK(batches.pool->used() < 2000);
  completions.post(outbox);
  deliver();
  CHECK(told == Told{"ok"});
}

TEST_CASE_FIXTURE(CompletionsWorld, "completions: half of a batch does not end its work") {
  const auto whole = batch({"a", "b"});
  const auto waiter = flush();
  auto first = whole->make_part(0);
  auto second = whole->make_part(1);
  for (const auto& part : {first, second}) {
    records::NewRecord record;
    record.timestamp = 1;
    REQUIRE(part->builder().append(record) == records::AppendResult::appended);
  }
  completions.add({{first, {}}}, "orders[0]");
  completions.post(outbox);
  deliver();
  CHECK(!waiter->done());
  completions.add({{second, {}}}, "orders[0]");
  completions.post(outbox);
  deliver();
  CHECK(waiter->done());
  CHECK(told == Told{"ok", "ok"});
}

TEST_CASE_FIXTURE(CompletionsWorld, "completions: records that never had a batch") {
  std::vector<PendingRecords::Failed> failed;
  failed.push_back(
      {[this](const Result<Delivery>& result) { told.push_back(result.error().context()); },
       Error(ErrorCode::cancelled, "gone")});
  completions.add(std::move(failed));
  CHECK(completions.records_failed() == 1);
  completions.post(outbox);
  deliver();
  CHECK(told == Told{"gone"});
  CHECK(shared().barrier.take_failures().error() == ErrorCode::cancelled);
}

TEST_CASE_FIXTURE(CompletionsWorld, "completions: who waits for memory is looked after") {
  const WaitingLine::Place place(shared().line, 100);
  completions.add({{batch({"a"}), {}}}, "orders[0]");
  completions.post(outbox);
  CHECK(wakes == 0);
  deliver();
  CHECK(wakes == 1);
}
