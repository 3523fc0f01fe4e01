#include "client/src/core/consumer/group/leader_plan.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::client;

namespace {

JoinedMember joined(std::string id, std::vector<std::string> topics) {
  MemberSubscription subscription;
  subscription.topics = std::move(topics);
  return {std::move(id), std::nullopt, encode_subscription(subscription, Assignor::range)};
}

std::vector<TopicPartition> decoded(const Bytes& bytes) {
  return *decode_assignment({bytes.data(), bytes.size()});
}

}  // namespace

TEST_CASE("leader plan: all members' topics are needed, and each member gets its share") {
  const std::vector<JoinedMember> members{joined("m1", {"a"}), joined("m2", {"a", "b"})};
  const LeaderPlan plan(Assignor::range, members);
  CHECK(plan.topics() == std::set<std::string>{"a", "b"});
  const auto assignments = plan.assign({{"a", 2}, {"b", 1}}).by_member;
  CHECK(decoded(assignments.at("m1")) == std::vector<TopicPartition>{{"a", 0}});
  CHECK(decoded(assignments.at("m2")) == std::vector<TopicPartition>{{"a", 1}, {"b", 0}});
}

TEST_CASE(
    "cat_C15 leader plan: a member with unreadable metadata gets nothing, others their share") {
  std::vector<JoinedMember> members{joined("m1", {"a"}), joined("m2", {"a"})};
  members[0].metadata = {std::byte{0},    std::byte{1},    std::byte{0x7f},
                         std::byte{0xff}, std::byte{0xff}, std::byte{0xff}};
  const LeaderPlan plan(Assignor::range, members);
  CHECK(plan.unreadable().contains("m1"));
  const auto assignments = plan.assign({{"a", 2}}).by_member;
  CHECK(decoded(assignments.at("m1")).empty());
  CHECK(decoded(assignments.at("m2")).size() == 2);
}

TEST_CASE("leader plan: it says when partitions have to be given up before they can be assigned") {
  MemberSubscription owner;
  owner.topics = {"t"};
  owner.owned = {{"t", 0}, {"t", 1}};
  owner.generation = 1;
  MemberSubscription other;
  other.topics = {"t", "u"};
  const auto plan = [&](Assignor assignor) {
    const std::vector<JoinedMember> members{
        {"m1", std::nullopt, encode_subscription(owner, assignor)},
        {"m2", std::nullopt, encode_subscription(other, assignor)}};
    return LeaderPlan(assignor, members).assign({{"t", 2}});
  };
  CHECK(plan(Assignor::cooperative_sticky).leaves_out);
  CHECK_FALSE(plan(Assignor::sticky).leaves_out);
  owner.owned = {{"t", 0}};
  CHECK_FALSE(plan(Assignor::cooperative_sticky).leaves_out);
}

TEST_CASE("leader plan: static members are told apart") {
  std::vector<JoinedMember> members{joined("a", {"t"}), joined("z", {"t"})};
  members[1].instance_id = "i";
  const auto assignments = LeaderPlan(Assignor::range, members).assign({{"t", 2}}).by_member;
  CHECK(decoded(assignments.at("z")) == std::vector<TopicPartition>{{"t", 0}});
}
