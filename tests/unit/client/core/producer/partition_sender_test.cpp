#include "client/src/core/producer/partition_sender.hpp"

#include "tests/unit/client/core/producer/batch_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using Names = std::vector<std::string>;
using Batch = std::shared_ptr<ProducerBatch>;

constexpr ProducerIdentity first_identity{1000, 0};

/// A sender whose batches hold one record each, called like it, unless said otherwise.
struct SenderWorld : BatchWorld {
  SenderWorld() { options.retries = std::numeric_limits<std::int32_t>::max(); }

  PartitionSender::Options options;
  Random random{1};
  PartitionSender sender{options, compressors, random};
  ProducerIdentity identity = first_identity;
  NodeId node = 1;
  std::vector<Completed> completed;

  void add(const Names& names, Duration timeout = 120s) {
    for (const std::string& name : names) sender.add(batch({name}, timeout));
  }
  bool can_take() const { return sender.next(now, node, identity) != nullptr; }
  Batch take() {
    const ProducerBatch* const next = sender.next(now, node, identity);
    REQUIRE(next != nullptr);
    Batch taken = sender.take(node, identity);
    CHECK(taken.get() == next);
    return taken;
  }
  /// Takes everything that may go out.
  std::vector<Batch> take_all() {
    std::vector<Batch> all;
    while (can_take()) all.push_back(take());
    return all;
  }
  void answer(const Batch& taken, ProduceAnswer with) {
    sender.on_answer(now, *taken, std::move(with), completed);
  }
  void answer(const Batch& taken, ErrorCode code) { answer(taken, judge(code)); }
  void lose(const Batch& taken) {
    answer(taken, judge_failure(Error(ErrorCode::disconnected), true));
  }
  /// The partition has acknowledged something.
  void establish() {
    add({"warm"});
    answer(take(), ErrorCode::none);
    completed.clear();
  }
  /// What was told since the last call: "a ok", "b NOT_ENOUGH_REPLICAS".
  Names told() {
    Names all;
    for (const Completed& each : std::exchange(completed, {})) {
      const Error& error = each.outcome.error;
      all.push_back(values(*each.batch).front() +
                    (error.ok() ? " ok" : " " + std::string(name(error.code()))));
    }
    return all;
  }
  static std::int32_t sequence(const Batch& batch) {
    return batch->builder().producer_stamp().base_sequence;
  }
  static Names names(const std::vector<Batch>& batches) {
    Names all;
    for (const Batch& each : batches) all.push_back(values(*each).front());
    return all;
  }
  /// Whatever a new batch needs has to be given by `retired`.
  void follow_retirement() {
    const auto retired = sender.take_retired();
    REQUIRE(retired);
    CHECK(retired->identity == identity);
    identity = retired->renew
                   ? ProducerIdentity{identity.id + 1, 0}
                   : ProducerIdentity{identity.id, static_cast<std::int16_t>(identity.epoch + 1)};
  }
};

}  // namespace

TEST_SUITE("partition sender") {
  TEST_CASE_FIXTURE(SenderWorld, "one batch until something was acknowledged, then five") {
    add({"a", "b", "c", "d", "e", "f", "g"});
    const auto first = take_all();
    CHECK(names(first) == Names{"a"});
    answer(first[0], ErrorCode::none);
    const auto rest = take_all();
    CHECK(names(rest) == Names{"b", "c", "d", "e", "f"});
    CHECK(sender.in_flight() == 5);
    answer(rest[0], ErrorCode::none);
    CHECK(names(take_all()) == Names{"g"});
    CHECK(told() == Names{"a ok", "b ok"});
  }

  TEST_CASE_FIXTURE(SenderWorld, "the window is no larger than max.in.flight") {
    options.max_in_flight = 2;
    establish();
    add({"a", "b", "c"});
    CHECK(take_all().size() == 2);
  }

  TEST_CASE_FIXTURE(SenderWorld, "sequences count records, and nothing goes out without an id") {
    identity = {};
    sender.add(batch({"a", "a2", "a3"}));
    add({"b"});
    CHECK(!can_take());
    identity = first_identity;
    const Batch a = take();
    CHECK(sequence(a) == 0);
    CHECK(a->builder().producer_stamp().producer_id == 1000);
    answer(a, ErrorCode::none);
    CHECK(sequence(take()) == 3);
  }

  TEST_CASE_FIXTURE(SenderWorld, "a batch is wanted when nothing stands before it") {
    CHECK(sender.wants_batch(now, node, identity));
    CHECK(!sender.wants_batch(now, node, {}));
    add({"a"});
    CHECK(!sender.wants_batch(now, node, identity));
    const Batch a = take();
    CHECK(!sender.wants_batch(now, node, identity));  // not established: one at a time
    answer(a, ErrorCode::none);
    CHECK(sender.wants_batch(now, node, identity));
  }

  TEST_CASE_FIXTURE(SenderWorld, "cat_P08 sequences go from 2^31-1 to 0") {
    options.first_sequence = std::numeric_limits<std::int32_t>::max() - 1;
    sender.add(batch({"a", "a2", "a3"}));  // max-1, max, 0
    add({"b", "c"});
    const Batch a = take();
    CHECK(sequence(a) == std::numeric_limits<std::int32_t>::max() - 1);
    answer(a, ErrorCode::none);
    CHECK(sequence(take()) == 1);
    CHECK(sequence(take()) == 2);
  }

  // --- Rule 1

  TEST_CASE_FIXTURE(SenderWorld, "a repetition waits for all answers and the backoff, in order") {
    options.backoff = Backoff(100ms, 1000ms);
    establish();
    add({"a", "b", "c", "d"});
    const auto sent = take_all();
    std::map<std::string, std::vector<std::byte>> first;
    for (const Batch& each : sent) first[values(*each).front()] = bytes(*each);
    answer(sent[1], ErrorCode::not_enough_replicas);
    CHECK(!can_take());
    answer(sent[0], ErrorCode::none);
    answer(sent[3], ErrorCode::out_of_order_sequence_number);
    CHECK(!can_take());
    answer(sent[2], ErrorCode::out_of_order_sequence_number);
    CHECK(!can_take());  // resting
    const auto rested = sender.next_deadline(now);
    REQUIRE(rested);
    CHECK(*rested > now);
    CHECK(*rested <= now + 120ms);
    now = *rested;
    add({"e"});
    const auto again = take_all();
    CHECK(names(again) == Names{"b", "c", "d", "e"});
    for (std::size_t i = 0; i < 3; ++i) CHECK(bytes(*again[i]) == first[names(again)[i]]);
    CHECK(sequence(again[3]) == 5);
    CHECK(!sender.take_retired());
    CHECK(sender.retries() == 3);
    for (const Batch& each : again) answer(each, ErrorCode::none);
    CHECK(told() == Names{"a ok", "b ok", "c ok", "d ok", "e ok"});
  }

  TEST_CASE_FIXTURE(SenderWorld, "another leader gets nothing while the old one owes answers") {
    options.backoff = Backoff(100ms, 1000ms);
    establish();
    add({"a", "b", "c"});
    const Batch a = take();
    const Batch b = take();
    node = 2;
    CHECK(!can_take());
    answer(a, ErrorCode::not_leader_or_follower);
    CHECK(!can_take());
    answer(b, ErrorCode::not_leader_or_follower);
    CHECK(!can_take());
    sender.leader_changed();  // no need to rest
    CHECK(names(take_all()) == Names{"a", "b", "c"});
    CHECK(sender.last_node() == 2);
  }

  TEST_CASE_FIXTURE(SenderWorld, "what was denied and stored nevertheless counts once") {
    establish();
    add({"a"});
    const Batch a = take();
    lose(a);
    const Batch again = take();
    CHECK(again == a);
    answer(again, ErrorCode::duplicate_sequence_number);
    CHECK(told() == Names{"a ok"});
  }

  TEST_CASE_FIXTURE(SenderWorld, "attempts are limited") {
    options.retries = 2;
    establish();
    add({"a"});
    for (int attempt = 0; attempt < 3; ++attempt) {
      CHECK(told().empty());
      answer(take(), ErrorCode::not_enough_replicas);
    }
    CHECK(told() == Names{"a NOT_ENOUGH_REPLICAS"});
    CHECK(!can_take());
  }

  // --- Rule 2

  TEST_CASE_FIXTURE(SenderWorld, "a partition that was created anew is approached with care") {
    establish();
    sender.partition_replaced();
    add({"a", "b", "c"});
    const auto one = take_all();
    CHECK(names(one) == Names{"a"});
    answer(one[0], ErrorCode::none);
    CHECK(names(take_all()) == Names{"b", "c"});
  }

  // --- Rule 3

  TEST_CASE_FIXTURE(SenderWorld, "behind a rejected batch the rest gets a new identity") {
    establish();
    add({"a", "b", "c"});
    const auto sent = take_all();
    answer(sent[0], ErrorCode::invalid_record);
    CHECK(told() == Names{"a INVALID_RECORD"});
    answer(sent[1], ErrorCode::out_of_order_sequence_number);
    CHECK(!sender.take_retired());
    answer(sent[2], ErrorCode::out_of_order_sequence_number);
    CHECK(!can_take());  // not under the old identity
    follow_retirement();
    CHECK(!sender.take_retired());
    const Batch b = take();
    CHECK(values(*b) == Names{"b"});
    CHECK(sequence(b) == 0);
    CHECK(b->builder().producer_stamp().producer_epoch == 1);
    CHECK(!can_take());  // one at a time again
    answer(b, ErrorCode::none);
    const Batch c = take();
    CHECK(sequence(c) == 1);
    answer(c, ErrorCode::none);
    CHECK(told() == Names{"b ok", "c ok"});
  }

  TEST_CASE_FIXTURE(SenderWorld, "the last of a line that is rejected leaves a gap as well") {
    establish();
    add({"a"});
    answer(take(), ErrorCode::topic_authorization_failed);
    CHECK(told() == Names{"a TOPIC_AUTHORIZATION_FAILED"});
    add({"b"});
    CHECK(!can_take());
    follow_retirement();
    CHECK(sequence(take()) == 0);
  }

  TEST_CASE_FIXTURE(SenderWorld, "a broker that has forgotten the producer") {
    establish();
    add({"a", "b"});
    const auto sent = take_all();
    answer(sent[0], ErrorCode::unknown_producer_id);
    answer(sent[1], ErrorCode::unknown_producer_id);
    CHECK(told().empty());
    follow_retirement();
    CHECK(identity == ProducerIdentity{1000, 1});
    const Batch a = take();
    CHECK(values(*a) == Names{"a"});
    CHECK(sequence(a) == 0);
  }

  TEST_CASE_FIXTURE(SenderWorld, "a refused epoch needs another producer id") {
    establish();
    add({"a"});
    answer(take(), ErrorCode::invalid_producer_epoch);
    follow_retirement();
    CHECK(identity == ProducerIdentity{1001, 0});
    CHECK(values(*take()) == Names{"a"});
  }

  TEST_CASE_FIXTURE(SenderWorld, "a new identity elsewhere waits until this one is used up") {
    establish();
    add({"a", "b"});
    const Batch a = take();
    const ProducerIdentity old = identity;
    identity = {1000, 1};  // another partition lost the old one
    CHECK(!can_take());
    answer(a, ErrorCode::not_enough_replicas);
    CHECK(take() == a);  // repeated as it was
    CHECK(a->builder().producer_stamp().producer_epoch == old.epoch);
    answer(a, ErrorCode::none);
    const Batch b = take();
    CHECK(sequence(b) == 0);
    CHECK(b->builder().producer_stamp().producer_epoch == 1);
  }

  // --- Rule 4

  TEST_CASE_FIXTURE(SenderWorld, "what may be stored never gets another sequence") {
    establish();
    add({"a", "b"});
    const auto sent = take_all();
    lose(sent[0]);
    lose(sent[1]);
    const auto again = take_all();
    answer(again[0], ErrorCode::out_of_order_sequence_number);
    answer(again[1], ErrorCode::out_of_order_sequence_number);
    const Names ends = told();
    CHECK(ends == Names{"a OUT_OF_ORDER_SEQUENCE_NUMBER", "b OUT_OF_ORDER_SEQUENCE_NUMBER"});
    add({"c"});
    follow_retirement();
    CHECK(sequence(take()) == 0);
  }

  TEST_CASE_FIXTURE(SenderWorld, "what may be stored before a rejected batch is cleared up first") {
    establish();
    add({"a", "b", "c"});
    const auto sent = take_all();
    lose(sent[0]);  // stored
    answer(sent[1], ErrorCode::invalid_record);
    answer(sent[2], ErrorCode::out_of_order_sequence_number);
    CHECK(told() == Names{"b INVALID_RECORD"});
    CHECK(!sender.take_retired());
    const auto again = take_all();
    CHECK(names(again) == Names{"a"});  // nothing from behind the gap
    CHECK(sequence(again[0]) == 1);
    answer(again[0], ErrorCode::none);
    CHECK(told() == Names{"a ok"});
    follow_retirement();
    const Batch c = take();
    CHECK(values(*c) == Names{"c"});
    CHECK(sequence(c) == 0);
  }

  TEST_CASE_FIXTURE(SenderWorld, "between two gaps, too, nothing stored gets another sequence") {
    establish();
    sender.add(batch({"a"}, 10s));
    add({"b", "c", "d"});
    const auto sent = take_all();
    for (const std::size_t stored : {0U, 1U}) lose(sent[stored]);
    answer(sent[2], ErrorCode::invalid_record);
    answer(sent[3], ErrorCode::out_of_order_sequence_number);
    now += 10s;
    sender.expire(now, completed);
    CHECK(told() == Names{"c INVALID_RECORD", "a DELIVERY_TIMED_OUT"});
    CHECK(!sender.take_retired());
    const auto again = take_all();
    CHECK(names(again) == Names{"b"});
    CHECK(sequence(again[0]) == 2);
    answer(again[0], ErrorCode::none);
    follow_retirement();
    CHECK(values(*take()) == Names{"d"});
  }

  TEST_CASE_FIXTURE(SenderWorld, "an old leader's refusal may come after it stored the batch") {
    for (const ErrorCode code :
         {ErrorCode::not_leader_or_follower, ErrorCode::unknown_topic_or_partition,
          ErrorCode::kafka_storage_error}) {
      CAPTURE(code);
      SenderWorld world;
      world.establish();
      world.sender.add(world.batch({"a"}, 10s));
      world.add({"b"});
      const auto sent = world.take_all();
      world.answer(sent[0], code);
      world.answer(sent[1], code);  // both are in the new leader's log
      world.now += 10s;
      world.sender.expire(world.now, world.completed);
      CHECK(world.told() == Names{"a DELIVERY_TIMED_OUT"});
      CHECK(!world.sender.take_retired());
      const Batch b = world.take();
      CHECK(world.sequence(b) == 2);  // as it was, so that the broker knows it
      world.answer(b, ErrorCode::none);
      CHECK(world.told() == Names{"b ok"});
      CHECK(!world.sender.take_retired());
    }
  }

  // --- Delivery timeout

  TEST_CASE_FIXTURE(SenderWorld, "what expires under way is told at once and keeps its place") {
    for (const bool stored : {true, false}) {
      CAPTURE(stored);
      SenderWorld world;
      world.establish();
      world.sender.add(world.batch({"a"}, 10s));
      world.add({"b"});
      const auto sent = world.take_all();
      CHECK(world.sender.next_deadline(world.now) == world.now + 10s);
      world.now += 10s;
      world.sender.expire(world.now, world.completed);
      CHECK(world.told() == Names{"a DELIVERY_TIMED_OUT"});
      CHECK(!world.sender.is_idle());
      world.answer(sent[0], stored ? ErrorCode::none : ErrorCode::not_enough_replicas);
      world.answer(sent[1], stored ? ErrorCode::none : ErrorCode::out_of_order_sequence_number);
      CHECK(world.told() == (stored ? Names{"b ok"} : Names{}));
      CHECK(world.sender.take_retired().has_value() == !stored);
    }
  }

  TEST_CASE_FIXTURE(SenderWorld, "what expires before it was ever sent leaves no gap") {
    establish();
    add({"a", "b"}, 10s);
    add({"c"});
    now += 10s;
    sender.expire(now, completed);
    CHECK(told() == Names{"a DELIVERY_TIMED_OUT", "b DELIVERY_TIMED_OUT"});
    CHECK(!sender.take_retired());
    CHECK(sequence(take()) == 1);
  }

  TEST_CASE_FIXTURE(SenderWorld, "a gap that may be none is found out by the next batch") {
    for (const bool stored : {true, false}) {
      CAPTURE(stored);
      SenderWorld world;
      world.establish();
      world.sender.add(world.batch({"a"}, 10s));
      world.add({"b", "c"});
      const Batch a = world.take();
      const Batch b = world.take();
      world.lose(a);
      world.answer(b, ErrorCode::not_enough_replicas);
      world.now += 10s;
      world.sender.expire(world.now, world.completed);
      CHECK(world.told() == Names{"a DELIVERY_TIMED_OUT"});
      CHECK(!world.sender.take_retired());
      CHECK(world.take() == b);
      CHECK(!world.can_take());  // nothing new follows a gap
      if (stored) {
        world.answer(b, ErrorCode::none);
        CHECK(world.told() == Names{"b ok"});
        CHECK(!world.sender.take_retired());
        CHECK(world.sequence(world.take()) == 3);
      } else {
        world.answer(b, ErrorCode::out_of_order_sequence_number);
        CHECK(world.told().empty());
        world.follow_retirement();
        CHECK(world.take() == b);
        CHECK(world.sequence(b) == 0);
      }
    }
  }

  TEST_CASE_FIXTURE(SenderWorld, "a gap with nothing behind it retires the identity") {
    establish();
    add({"a"}, 10s);
    lose(take());
    now += 10s;
    sender.expire(now, completed);
    CHECK(told() == Names{"a DELIVERY_TIMED_OUT"});
    CHECK(sender.is_idle());
    follow_retirement();
  }

  // --- Too large

  TEST_CASE_FIXTURE(SenderWorld, "a batch that is too large becomes two, in its place") {
    establish();
    sender.add(batch({"a", "b", "c", "d"}));
    add({"e"});
    const auto sent = take_all();
    answer(sent[0], ErrorCode::message_too_large);
    answer(sent[1], ErrorCode::out_of_order_sequence_number);
    CHECK(sender.take_refused_size() == sent[0]->builder().uncompressed_size());
    CHECK(!sender.take_refused_size());
    const auto again = take_all();
    REQUIRE(again.size() == 3);
    CHECK(values(*again[0]) == Names{"a", "b"});
    CHECK(values(*again[1]) == Names{"c", "d"});
    CHECK(values(*again[2]) == Names{"e"});
    CHECK(sequence(again[0]) == 1);
    CHECK(sequence(again[1]) == 3);
    CHECK(sequence(again[2]) == 5);
    CHECK(sender.splits() == 1);
    for (const Batch& each : again) answer(each, ErrorCode::none);
    CHECK(told() == Names{"a ok", "c ok", "e ok"});
  }

  TEST_CASE_FIXTURE(SenderWorld, "a single record that is too large ends") {
    establish();
    add({"a", "b"});
    const auto sent = take_all();
    answer(sent[0], ErrorCode::record_list_too_large);
    answer(sent[1], ErrorCode::out_of_order_sequence_number);
    CHECK(told() == Names{"a RECORD_LIST_TOO_LARGE"});
    follow_retirement();
    CHECK(values(*take()) == Names{"b"});
  }

  TEST_CASE_FIXTURE(SenderWorld, "a batch that expired is not cut any more") {
    establish();
    sender.add(batch({"a", "b"}, 10s));
    const Batch a = take();
    now += 10s;
    sender.expire(now, completed);
    answer(a, ErrorCode::message_too_large);
    CHECK(told() == Names{"a DELIVERY_TIMED_OUT"});
    CHECK(sender.is_idle());
    CHECK(sender.splits() == 0);
  }

  // --- The end

  TEST_CASE_FIXTURE(SenderWorld, "giving up tells everybody once") {
    establish();
    add({"a", "b", "c", "d", "e", "f", "g"});
    const auto sent = take_all();
    sender.fail_all(now, Error(ErrorCode::cancelled), completed);
    CHECK(told().size() == 7);
    CHECK(sender.is_idle());
    CHECK(sender.in_flight() == 5);
    for (const Batch& each : sent) answer(each, ErrorCode::none);
    CHECK(told().empty());
    CHECK(!sender.take_retired());
  }

  // --- Without idempotence

  TEST_CASE_FIXTURE(SenderWorld, "without idempotence there are no sequences and no gaps") {
    options.idempotent = false;
    options.max_in_flight = 3;
    identity = {};
    add({"a", "b", "c", "d"});
    const auto sent = take_all();
    CHECK(names(sent) == Names{"a", "b", "c"});
    CHECK(sequence(sent[0]) == -1);
    answer(sent[0], ErrorCode::invalid_record);
    answer(sent[1], ErrorCode::out_of_order_sequence_number);
    answer(sent[2], ErrorCode::not_leader_or_follower);
    CHECK(told() == Names{"a INVALID_RECORD", "b OUT_OF_ORDER_SEQUENCE_NUMBER"});
    CHECK(!sender.take_retired());
    CHECK(names(take_all()) == Names{"c", "d"});
  }
}
