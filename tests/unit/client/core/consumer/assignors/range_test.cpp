#include "client/src/core/consumer/assignors/assignor.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::client;

namespace {

GroupMember member(std::string id, std::vector<std::string> topics) {
  return {std::move(id), std::nullopt, std::move(topics), {}, -1};
}

}  // namespace

TEST_CASE("range: the first members get one partition more, topic by topic") {
  const std::vector<GroupMember> members{member("b", {"t1", "t2"}), member("a", {"t1", "t2"})};
  const GroupAssignment result = assign_range(members, {{"t1", 3}, {"t2", 3}});
  CHECK(result.at("a") == std::vector<TopicPartition>{{"t1", 0}, {"t1", 1}, {"t2", 0}, {"t2", 1}});
  CHECK(result.at("b") == std::vector<TopicPartition>{{"t1", 2}, {"t2", 2}});
}

TEST_CASE("range: only subscribers of a topic share it") {
  const std::vector<GroupMember> members{member("c1", {"t1"}), member("c2", {"t1", "t2"}),
                                         member("c3", {"t1"})};
  const GroupAssignment result = assign_range(members, {{"t1", 3}, {"t2", 2}});
  CHECK(result.at("c1") == std::vector<TopicPartition>{{"t1", 0}});
  CHECK(result.at("c2") == std::vector<TopicPartition>{{"t1", 1}, {"t2", 0}, {"t2", 1}});
  CHECK(result.at("c3") == std::vector<TopicPartition>{{"t1", 2}});
}

TEST_CASE("range: members without a share and topics without partitions") {
  const std::vector<GroupMember> members{member("c1", {"t1", "gone"}), member("c2", {"t1"})};
  const GroupAssignment result = assign_range(members, {{"t1", 1}});
  CHECK(result.at("c1") == std::vector<TopicPartition>{{"t1", 0}});
  CHECK(result.at("c2").empty());
}

TEST_CASE("range: static members come first, by instance id, whatever their member ids") {
  std::vector<GroupMember> members{member("a", {"t"}), member("z", {"t"}), member("y", {"t"})};
  members[1].instance_id = "i1";
  members[2].instance_id = "i2";
  const GroupAssignment result = assign_range(members, {{"t", 3}});
  CHECK(result.at("z") == std::vector<TopicPartition>{{"t", 0}});
  CHECK(result.at("y") == std::vector<TopicPartition>{{"t", 1}});
  CHECK(result.at("a") == std::vector<TopicPartition>{{"t", 2}});
}

TEST_CASE("range: a topic named twice counts once") {
  const std::vector<GroupMember> members{member("a", {"t", "t"}), member("b", {"t"})};
  const GroupAssignment result = assign_range(members, {{"t", 2}});
  CHECK(result.at("a") == std::vector<TopicPartition>{{"t", 0}});
  CHECK(result.at("b") == std::vector<TopicPartition>{{"t", 1}});
}
