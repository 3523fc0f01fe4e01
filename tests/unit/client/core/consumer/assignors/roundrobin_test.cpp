#include "client/src/core/consumer/assignors/assignor.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::client;

namespace {

GroupMember member(std::string id, std::vector<std::string> topics) {
  return {std::move(id), std::nullopt, std::move(topics), {}, -1};
}

}  // namespace

TEST_CASE("roundrobin: all partitions in turn, across topics") {
  const std::vector<GroupMember> members{member("a", {"t1", "t2"}), member("b", {"t2", "t1"})};
  const GroupAssignment result = assign_roundrobin(members, {{"t1", 3}, {"t2", 3}});
  CHECK(result.at("a") == std::vector<TopicPartition>{{"t1", 0}, {"t1", 2}, {"t2", 1}});
  CHECK(result.at("b") == std::vector<TopicPartition>{{"t1", 1}, {"t2", 0}, {"t2", 2}});
}

TEST_CASE("roundrobin: skips members that do not subscribe") {
  const std::vector<GroupMember> members{member("c1", {"t1"}), member("c2", {"t1", "t2"}),
                                         member("c3", {"t1"})};
  const GroupAssignment result = assign_roundrobin(members, {{"t1", 3}, {"t2", 2}});
  CHECK(result.at("c1") == std::vector<TopicPartition>{{"t1", 0}});
  CHECK(result.at("c2") == std::vector<TopicPartition>{{"t1", 1}, {"t2", 0}, {"t2", 1}});
  CHECK(result.at("c3") == std::vector<TopicPartition>{{"t1", 2}});
}

TEST_CASE("roundrobin: a member keeps its turn after being skipped") {
  const std::vector<GroupMember> members{member("a", {"t1", "t3"}), member("b", {"t2"}),
                                         member("c", {"t1", "t2", "t3"})};
  const GroupAssignment result = assign_roundrobin(members, {{"t1", 1}, {"t2", 2}, {"t3", 2}});
  // a: t1-0; b: t2-0; c: t2-1; a: t3-0; b has no t3, so c: t3-1
  CHECK(result.at("a") == std::vector<TopicPartition>{{"t1", 0}, {"t3", 0}});
  CHECK(result.at("b") == std::vector<TopicPartition>{{"t2", 0}});
  CHECK(result.at("c") == std::vector<TopicPartition>{{"t2", 1}, {"t3", 1}});
}

TEST_CASE("roundrobin: no members, no topics") {
  CHECK(assign_roundrobin({}, {{"t", 3}}).empty());
  const std::vector<GroupMember> members{member("a", {})};
  CHECK(assign_roundrobin(members, {{"t", 3}}).at("a").empty());
}
