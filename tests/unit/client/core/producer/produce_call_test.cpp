#include "client/src/core/producer/produce_call.hpp"

#include "protocol/messages/produce.hpp"
#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using Response = protocol::ProduceResponse;

struct CallWorld : TopicWorld {
  CallWorld() {
    settle(3);
    for (std::int32_t partition = 0; partition < 3; ++partition) {
      call.add(queue(partition), id, batches.batch({"v" + std::to_string(partition)}));
    }
  }
  BatchWorld batches;
  Uuid id{1, 2};
  ProduceCall call;
  std::map<std::int32_t, ProduceAnswer> answers;
  std::map<std::int32_t, ProduceCall::LeaderHint> hints;

  ProduceCall::OnAnswer listener() {
    return
        [this](ProduceCall::Item& item, ProduceAnswer answer, const ProduceCall::LeaderHint& hint) {
          CHECK(answers.emplace(item.queue->partition(), std::move(answer)).second);
          hints[item.queue->partition()] = hint;
        };
  }
  static Response::PartitionProduceResponse& add(Response& response, std::int32_t partition,
                                                 ErrorCode code) {
    auto& answer = response.responses.front().partition_responses.emplace_back();
    answer.index = partition;
    answer.error_code = code;
    answer.log_append_time_ms = -1;
    return answer;
  }
};

}  // namespace

TEST_CASE_FIXTURE(CallWorld, "produce call: one request for all of them, and each its answer") {
  CHECK(!call.empty());
  CHECK(call.has_all_topic_ids());
  const protocol::ProduceRequest request = call.make_request(Acks::all, 1500ms);
  CHECK(request.acks == -1);
  CHECK(request.timeout_ms == 1500);
  REQUIRE(request.topic_data.size() == 1);
  CHECK(request.topic_data[0].name == "orders");
  CHECK(request.topic_data[0].topic_id == id);
  CHECK(request.topic_data[0].partition_data.size() == 3);
  std::size_t bytes = 0;
  for (const auto& data : request.topic_data[0].partition_data) bytes += data.records.size();
  CHECK(bytes == call.bytes());

  Response response;
  response.responses.emplace_back().name = "orders";
  add(response, 0, ErrorCode::none).base_offset = 40;
  auto& moved = add(response, 1, ErrorCode::not_leader_or_follower);
  moved.current_leader.leader_id = 7;
  moved.current_leader.leader_epoch = 3;
  moved.error_message = "moved";
  auto& invalid = add(response, 2, ErrorCode::invalid_record);
  auto& culprit = invalid.record_errors.emplace_back();
  culprit.batch_index = 0;
  culprit.batch_index_error_message = "no key";
  invalid.record_errors.emplace_back().batch_index = -5;  // nonsense
  call.take(response, listener());
  CHECK(answers.size() == 3);
  CHECK(answers[0].verdict == Verdict::stored);
  CHECK(answers[0].outcome.base_offset == 40);
  CHECK(answers[1].verdict == Verdict::retry);
  CHECK(answers[1].outcome.error.context() == "moved");
  CHECK(hints[1].leader == 7);
  CHECK(hints[1].epoch == 3);
  CHECK(hints[0].leader == -1);
  CHECK(answers[2].verdict == Verdict::rejected);
  REQUIRE(answers[2].outcome.record_errors.size() == 1);
  CHECK(answers[2].outcome.record_errors[0].message == "no key");
}

TEST_CASE_FIXTURE(CallWorld,
                  "produce call: by topic id, where that is what the broker answers with") {
  Response response;
  response.responses.emplace_back().topic_id = id;
  add(response, 1, ErrorCode::none).base_offset = 5;
  call.take(response, listener());
  CHECK(answers[1].verdict == Verdict::stored);
}

TEST_CASE_FIXTURE(CallWorld, "produce call: answers come in any order, and one may be missing") {
  Response response;
  SUBCASE("by id") { response.responses.emplace_back().topic_id = id; }
  SUBCASE("by name") { response.responses.emplace_back().name = "orders"; }
  add(response, 2, ErrorCode::none).base_offset = 7;
  add(response, 0, ErrorCode::none).base_offset = 5;
  call.take(response, listener());
  CHECK(answers.size() == 3);
  CHECK(answers[2].outcome.base_offset == 7);
  CHECK(answers[0].outcome.base_offset == 5);
  CHECK(answers[1].verdict == Verdict::retry);
  CHECK(answers[1].may_be_stored);
}

TEST_CASE_FIXTURE(CallWorld, "produce call: what an answer leaves out or says twice") {
  Response response;
  response.responses.emplace_back().name = "orders";
  add(response, 0, ErrorCode::none).base_offset = 1;
  add(response, 0, ErrorCode::invalid_record);
  add(response, 9, ErrorCode::none);
  response.responses.emplace_back().name = "foreign";
  call.take(response, listener());
  CHECK(answers.size() == 3);
  CHECK(answers[0].verdict == Verdict::stored);
  for (const std::int32_t missing : {1, 2}) {
    CHECK(answers[missing].verdict == Verdict::retry);
    CHECK(answers[missing].may_be_stored);
  }
}

TEST_CASE_FIXTURE(CallWorld, "produce call: a duplicate has no offset that could be told") {
  Response response;
  response.responses.emplace_back().name = "orders";
  add(response, 0, ErrorCode::duplicate_sequence_number).base_offset = 33;
  call.take(response, listener());
  CHECK(answers[0].verdict == Verdict::stored);
  CHECK(answers[0].outcome.base_offset == -1);
}

TEST_CASE_FIXTURE(CallWorld, "produce call: without an id of each topic, names are needed") {
  call.add(*accumulator().topic("orders")->queues()[0], Uuid(), batches.batch({"x"}));
  CHECK(!call.has_all_topic_ids());
}
