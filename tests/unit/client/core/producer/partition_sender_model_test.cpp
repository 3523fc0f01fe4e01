#include "client/src/core/producer/partition_sender.hpp"
#include "client/src/core/producer/sequence.hpp"

#include "tests/unit/client/core/producer/batch_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

// A partition's sender against a broker with Kafka's rules for idempotent producers, and a network
// that refuses, lies and breaks at random.

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using Batch = std::shared_ptr<ProducerBatch>;

struct ModelBroker {
  std::int64_t id = -1;
  std::int16_t epoch = -1;
  std::deque<std::pair<std::int32_t, std::int32_t>> window;  // sequences of the last five batches
  std::vector<int> log;

  ErrorCode append(const Batch& batch) {
    const records::ProducerStamp& stamp = batch->builder().producer_stamp();
    const std::int32_t first = stamp.base_sequence;
    const std::int32_t last = sequence_after(first, batch->record_count() - 1);
    if (stamp.producer_id == id && stamp.producer_epoch < epoch) {
      return ErrorCode::invalid_producer_epoch;
    }
    const bool same = stamp.producer_id == id && stamp.producer_epoch == epoch;
    if (same && std::find(window.begin(), window.end(), std::pair(first, last)) != window.end()) {
      return ErrorCode::none;
    }
    if (same ? first != sequence_after(window.back().second, 1)
             : stamp.producer_id == id && first != 0) {
      return ErrorCode::out_of_order_sequence_number;
    }
    if (!same) window.clear();
    id = stamp.producer_id;
    epoch = stamp.producer_epoch;
    window.emplace_back(first, last);
    if (window.size() > 5) window.pop_front();
    for (const std::string& value : BatchWorld::values(*batch)) log.push_back(std::stoi(value));
    return ErrorCode::none;
  }
};

struct Model : BatchWorld {
  explicit Model(std::uint64_t seed) : random(seed), sender(options, compressors, random) {
    options.retries = 1'000'000;
    options.backoff = Backoff(1ms, 10ms);
  }

  Random random;
  PartitionSender::Options options;
  PartitionSender sender;
  ProducerIdentity identity{1000, 0};
  NodeId node = 1;
  ModelBroker broker;
  std::deque<Batch> wire;
  std::vector<Completed> completed;
  std::map<int, int> ends;
  std::map<int, bool> acknowledged;
  int last_value = 0;

  bool one_in(std::uint64_t bound) { return random.below(bound) == 0; }

  void add() {
    std::vector<std::string> values;
    for (std::uint64_t i = 0; i <= random.below(3); ++i) {
      values.push_back(std::to_string(++last_value));
    }
    sender.add(batch(values, Duration(std::chrono::milliseconds(20 + random.below(400)))));
  }
  void take() {
    if (sender.next(now, node, identity) != nullptr) wire.push_back(sender.take(node, identity));
  }
  void answer(ProduceAnswer with) {
    const Batch batch = wire.front();
    wire.pop_front();
    sender.on_answer(now, *batch, std::move(with), completed);
    settle();
  }
  void serve(bool faults) {
    if (wire.empty()) return;
    constexpr std::array before{ErrorCode::not_enough_replicas, ErrorCode::not_leader_or_follower,
                                ErrorCode::invalid_record, ErrorCode::message_too_large};
    constexpr std::array after{ErrorCode::request_timed_out, ErrorCode::not_leader_or_follower,
                               ErrorCode::not_enough_replicas_after_append};
    if (faults && one_in(8)) return answer(judge(before[random.below(before.size())]));
    const ErrorCode code = broker.append(wire.front());
    if (code == ErrorCode::none && faults && one_in(8)) {
      return answer(judge(after[random.below(after.size())]));
    }
    answer(judge(code));
  }
  void disconnect() {
    std::uint64_t served = random.below(wire.size() + 1);
    while (!wire.empty()) {
      if (served > 0) {
        --served;
        (void)broker.append(wire.front());
      }
      answer(judge_failure(Error(ErrorCode::disconnected), true));
    }
  }
  void pass(Duration time) {
    now += time;
    sender.expire(now, completed);
    settle();
  }
  void settle() {
    for (const Completed& each : std::exchange(completed, {})) {
      for (const std::string& value : values(*each.batch)) {
        ++ends[std::stoi(value)];
        acknowledged[std::stoi(value)] = each.outcome.error.ok();
      }
    }
    if (const auto retired = sender.take_retired()) {
      identity = retired->renew
                     ? ProducerIdentity{identity.id + 1, 0}
                     : ProducerIdentity{identity.id, static_cast<std::int16_t>(identity.epoch + 1)};
    }
  }
  void step() {
    switch (random.below(8)) {
      case 0:
      case 1:
        return add();
      case 2:
      case 3:
      case 4:
        return take();
      case 5:
        return serve(true);
      case 6:
        return pass(std::chrono::milliseconds(random.below(20)));
      case 7:
        if (one_in(6)) disconnect();
        if (one_in(6)) node = 3 - node;
        return;
    }
  }
};

}  // namespace

TEST_CASE("partition sender: nothing acknowledged is lost, nothing is stored twice or reordered") {
  std::size_t acknowledged = 0;
  std::size_t failed = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Model model(seed);
    for (int i = 0; i < 120; ++i) model.step();
    for (int i = 0; i < 1000 && !(model.sender.is_idle() && model.wire.empty()); ++i) {
      model.take();
      model.serve(false);
      model.pass(1ms);
    }
    REQUIRE(model.sender.is_idle());
    REQUIRE(std::is_sorted(model.broker.log.begin(), model.broker.log.end()));
    REQUIRE(std::adjacent_find(model.broker.log.begin(), model.broker.log.end()) ==
            model.broker.log.end());
    for (int value = 1; value <= model.last_value; ++value) {
      CAPTURE(value);
      REQUIRE(model.ends[value] == 1);
      const bool stored =
          std::binary_search(model.broker.log.begin(), model.broker.log.end(), value);
      if (model.acknowledged[value]) REQUIRE(stored);
      ++(model.acknowledged[value] ? acknowledged : failed);
    }
  }
  // Otherwise the faults were too many, or none.
  CHECK(acknowledged > failed);
  CHECK(failed > 1000);
}
