#include "client/src/core/consumer/assignors/assignor.hpp"
#include "protocol/base/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace barnabas;
using namespace barnabas::client;

namespace {

GroupMember member(std::string id, std::vector<std::string> topics,
                   std::vector<TopicPartition> owned, std::int32_t generation) {
  return {std::move(id), std::nullopt, std::move(topics), std::move(owned), generation};
}

}  // namespace

TEST_CASE("cooperative sticky: a partition that moves is nobody's for one generation") {
  std::vector<GroupMember> members{member("a", {"t"}, {{"t", 0}, {"t", 1}, {"t", 2}, {"t", 3}}, 4),
                                   member("b", {"t"}, {}, -1)};
  const GroupAssignment first = assign_cooperative_sticky(members, {{"t", 4}});
  CHECK(first.at("a").size() == 2);
  CHECK(first.at("b").empty());

  members[0].owned = first.at("a");
  members[0].generation = members[1].generation = 5;
  const GroupAssignment second = assign_cooperative_sticky(members, {{"t", 4}});
  CHECK(second.at("a") == first.at("a"));
  CHECK(second.at("b").size() == 2);
}

TEST_CASE("cat_G03 cooperative sticky: never a second owner, and settled in two more generations") {
  Random random(3);
  for (int round = 0; round < 400; ++round) {
    CAPTURE(round);
    const PartitionCounts counts{{"t1", 1 + static_cast<std::int32_t>(random.below(5))},
                                 {"t2", static_cast<std::int32_t>(random.below(5))}};
    std::vector<GroupMember> members;
    const std::size_t size = 1 + random.below(5);
    for (std::size_t index = 0; index < size; ++index) {
      members.push_back(member("m" + std::to_string(index), {"t1"}, {},
                               static_cast<std::int32_t>(random.below(3)) - 1));
      if (random.below(2) == 0) members.back().topics.push_back("t2");
      for (const auto& [topic, count] : counts) {
        for (std::int32_t partition = 0; partition < count; ++partition) {
          if (random.below(3) == 0) members.back().owned.emplace_back(topic, partition);
        }
      }
    }
    GroupAssignment assignment;
    for (std::int32_t generation = 10; generation < 13; ++generation) {
      assignment = assign_cooperative_sticky(members, counts);
      std::set<TopicPartition> added;
      for (const GroupMember& reader : members) {
        for (const TopicPartition& partition : assignment.at(reader.id)) {
          REQUIRE(added.insert(partition).second);
          for (const GroupMember& other : members) {
            const bool had = std::count(reader.owned.begin(), reader.owned.end(), partition) > 0;
            const bool other_has =
                std::count(other.owned.begin(), other.owned.end(), partition) > 0;
            if (&other != &reader && other_has) REQUIRE(had);
          }
        }
      }
      for (GroupMember& reader : members) {
        reader.owned = assignment.at(reader.id);
        reader.generation = generation;
      }
    }
    REQUIRE(assignment == assign_sticky(members, counts));
  }
}
