#include "broker/src/core/fault/fault_table.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker {
namespace {

RequestInfo produce(std::string topic, std::int32_t partition) {
  RequestInfo request;
  request.api = ApiKey::Produce;
  request.node_id = 1;
  request.client_id = "client";
  request.partitions = {{std::move(topic), partition}};
  return request;
}

TEST_CASE("fault_table: strikes once, or as often as it says, after as many as it says") {
  FaultTable faults;
  const Fault once = Fault::error(ApiKey::Produce, ErrorCode::not_leader_or_follower);
  faults.add(once);
  CHECK(faults.decide(produce("a", 0)).verdict.error == ErrorCode::not_leader_or_follower);
  CHECK_FALSE(faults.decide(produce("a", 0)).verdict.error);
  CHECK_FALSE(faults.concerns(ApiKey::Produce));

  const FaultId twice = faults.add(once.after(1).times(2));
  CHECK_FALSE(faults.decide(produce("a", 0)).verdict.error);
  CHECK(faults.decide(produce("a", 0)).verdict.error);
  CHECK(faults.hits(twice) == 1);
  CHECK(faults.decide(produce("a", 0)).verdict.error);
  CHECK_FALSE(faults.decide(produce("a", 0)).verdict.error);
  CHECK(faults.hits(twice) == 2);
}

TEST_CASE("fault_table: filters narrow each other") {
  FaultTable faults;
  faults.add(Fault::error(ApiKey::Produce, ErrorCode::corrupt_message)
                 .topic("a")
                 .partition(3)
                 .client("client")
                 .node(1)
                 .always());
  CHECK(faults.decide(produce("a", 3)).verdict.error);
  CHECK_FALSE(faults.decide(produce("b", 3)).verdict.error);
  CHECK_FALSE(faults.decide(produce("a", 2)).verdict.error);
  RequestInfo other = produce("a", 3);
  other.client_id = "somebody";
  CHECK_FALSE(faults.decide(other).verdict.error);
  other = produce("a", 3);
  other.node_id = 2;
  CHECK_FALSE(faults.decide(other).verdict.error);
  other = produce("a", 3);
  other.api = ApiKey::Fetch;
  CHECK_FALSE(faults.decide(other).verdict.error);
  CHECK_FALSE(faults.concerns(ApiKey::Fetch));
}

TEST_CASE("fault_table: an error concerns only what the filters name") {
  FaultTable faults;
  faults.add(Fault::error(ApiKey::Produce, ErrorCode::corrupt_message).topic("a").partition(1));
  RequestInfo request = produce("a", 0);
  request.partitions.push_back({"a", 1});
  const FaultDecision decision = faults.decide(request);
  CHECK(decision.error_for("a", 1) == ErrorCode::corrupt_message);
  CHECK(decision.error_for("a", 0) == ErrorCode::none);
  CHECK(decision.error_for("b", 1) == ErrorCode::none);
}

TEST_CASE("fault_table: several faults add up") {
  FaultTable faults;
  faults.add(Fault::delay(any_api, std::chrono::milliseconds(5)).always());
  const FaultId hold = faults.add(Fault::hold(ApiKey::Produce).always());
  faults.add(Fault::cut_response(ApiKey::Produce, 7).always());
  const FaultDecision decision = faults.decide(produce("a", 0));
  CHECK(decision.verdict.delay == std::chrono::milliseconds(5));
  CHECK(decision.held_by == std::vector<FaultId>{hold});
  CHECK(decision.verdict.cut_after == 7);
  faults.remove(hold);
  CHECK(faults.decide(produce("a", 0)).held_by.empty());
}

TEST_CASE("fault_table: interceptors and observers see the request") {
  FaultTable faults;
  std::vector<std::int32_t> seen;
  faults.add(Fault::observe(any_api, [&](const RequestInfo& request) {
    seen.push_back(request.partitions.front().partition);
  }));
  faults.add(ApiKey::Produce, [](const RequestInfo& request) {
    Verdict verdict;
    verdict.drop_request = request.partitions.front().partition == 2;
    return verdict;
  });
  CHECK_FALSE(faults.decide(produce("a", 1)).verdict.drop_request);
  CHECK(faults.decide(produce("a", 2)).verdict.drop_request);
  CHECK(seen == std::vector<std::int32_t>{1, 2});
}

}  // namespace
}  // namespace barnabas::broker
