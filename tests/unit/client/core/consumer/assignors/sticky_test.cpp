#include "client/src/core/consumer/assignors/assignor.hpp"
#include "protocol/base/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

using namespace barnabas;
using namespace barnabas::client;

namespace {

GroupMember member(std::string id, std::vector<std::string> topics,
                   std::vector<TopicPartition> owned = {}, std::int32_t generation = -1) {
  return {std::move(id), std::nullopt, std::move(topics), std::move(owned), generation};
}

struct Case {
  std::vector<GroupMember> members;
  PartitionCounts counts;
};

// A random group whose members claim partitions at random, often the same ones.
Case random_case(Random& random, std::size_t max_members, std::size_t max_topics,
                 std::int32_t max_partitions) {
  Case made;
  const std::size_t topics = 1 + random.below(max_topics);
  for (std::size_t topic = 0; topic < topics; ++topic) {
    made.counts["t" + std::to_string(topic)] =
        static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(max_partitions) + 1));
  }
  const std::size_t members = 1 + random.below(max_members);
  for (std::size_t index = 0; index < members; ++index) {
    GroupMember made_member = member("m" + std::to_string(index), {});
    made_member.generation = static_cast<std::int32_t>(random.below(4)) - 1;
    for (const auto& [topic, count] : made.counts) {
      if (random.below(3) > 0) made_member.topics.push_back(topic);
      for (std::int32_t partition = -1; partition <= count; ++partition) {
        if (random.below(4) == 0) made_member.owned.emplace_back(topic, partition);
      }
    }
    made.members.push_back(std::move(made_member));
  }
  return made;
}

// Each partition that somebody subscribes to is assigned once, to a subscriber.
void check_complete(const Case& input, const GroupAssignment& assignment) {
  std::map<TopicPartition, int> owners;
  for (const GroupMember& reader : input.members) {
    for (const TopicPartition& partition : assignment.at(reader.id)) {
      ++owners[partition];
      REQUIRE(std::count(reader.topics.begin(), reader.topics.end(), partition.topic) == 1);
    }
  }
  std::set<std::string> subscribed;
  for (const GroupMember& reader : input.members) {
    subscribed.insert(reader.topics.begin(), reader.topics.end());
  }
  std::size_t expected = 0;
  for (const std::string& topic : subscribed) {
    const std::int32_t count = partition_count(input.counts, topic);
    expected += static_cast<std::size_t>(count);
    for (std::int32_t partition = 0; partition < count; ++partition) {
      REQUIRE(owners[{topic, partition}] == 1);
    }
  }
  REQUIRE(owners.size() == expected);
}

std::size_t sum_of_squares(const GroupAssignment& assignment) {
  std::size_t sum = 0;
  for (const auto& [id, list] : assignment) sum += list.size() * list.size();
  return sum;
}

// The smallest sum of squared loads, by trying everything.
std::size_t best_sum(const Case& input) {
  std::vector<std::vector<std::size_t>> readers;  // by partition
  for (const auto& [topic, count] : input.counts) {
    std::vector<std::size_t> subscribers;
    for (std::size_t index = 0; index < input.members.size(); ++index) {
      const auto& topics = input.members[index].topics;
      if (std::count(topics.begin(), topics.end(), topic) > 0) subscribers.push_back(index);
    }
    if (subscribers.empty()) continue;
    for (std::int32_t partition = 0; partition < count; ++partition) readers.push_back(subscribers);
  }
  std::vector<std::size_t> load(input.members.size());
  std::size_t best = std::numeric_limits<std::size_t>::max();
  auto place = [&](auto& self, std::size_t partition) -> void {
    if (partition == readers.size()) {
      std::size_t sum = 0;
      for (const std::size_t count : load) sum += count * count;
      best = std::min(best, sum);
      return;
    }
    for (const std::size_t reader : readers[partition]) {
      ++load[reader];
      self(self, partition + 1);
      --load[reader];
    }
  };
  place(place, 0);
  return best;
}

std::size_t moved(const Case& before, const GroupAssignment& after) {
  std::size_t count = 0;
  for (const GroupMember& reader : before.members) {
    for (const TopicPartition& owned : reader.owned) {
      const auto& list = after.at(reader.id);
      if (std::count(list.begin(), list.end(), owned) == 0) ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("sticky: from nothing it is even") {
  const std::vector<GroupMember> members{member("a", {"t1", "t2"}), member("b", {"t1", "t2"}),
                                         member("c", {"t1", "t2"})};
  const GroupAssignment result = assign_sticky(members, {{"t1", 4}, {"t2", 4}});
  CHECK(result.at("a").size() == 3);
  CHECK(result.at("b").size() == 3);
  CHECK(result.at("c").size() == 2);
}

TEST_CASE("sticky: who owns keeps, and a newcomer costs the fewest moves") {
  Case input;
  input.counts = {{"t", 9}};
  input.members = {
      member("a", {"t"}, {{"t", 0}, {"t", 1}, {"t", 2}}, 1),
      member("b", {"t"}, {{"t", 3}, {"t", 4}, {"t", 5}}, 1),
      member("c", {"t"}, {{"t", 6}, {"t", 7}, {"t", 8}}, 1),
      member("d", {"t"}),
  };
  const GroupAssignment result = assign_sticky(input.members, input.counts);
  check_complete(input, result);
  CHECK(result.at("d").size() == 2);
  CHECK(moved(input, result) == 2);
}

TEST_CASE("sticky: what a leaver had is spread, nothing else moves") {
  Case input;
  input.counts = {{"t", 6}};
  input.members = {member("a", {"t"}, {{"t", 0}, {"t", 1}}, 1),
                   member("b", {"t"}, {{"t", 2}, {"t", 3}}, 1)};
  const GroupAssignment result = assign_sticky(input.members, input.counts);
  CHECK(result.at("a").size() == 3);
  CHECK(result.at("b").size() == 3);
  CHECK(moved(input, result) == 0);
}

TEST_CASE("sticky: balances through a member in between") {
  // Only b reads both topics: a cannot give to c directly.
  Case input;
  input.counts = {{"t1", 4}, {"t2", 2}};
  input.members = {member("a", {"t1"}, {{"t1", 0}, {"t1", 1}, {"t1", 2}}, 1),
                   member("b", {"t1", "t2"}, {{"t1", 3}, {"t2", 0}}, 1),
                   member("c", {"t2"}, {{"t2", 1}}, 1)};
  const GroupAssignment result = assign_sticky(input.members, input.counts);
  check_complete(input, result);
  CHECK(sum_of_squares(result) == 12);
}

TEST_CASE("cat_G03 sticky: the higher generation wins, equal ones lose both") {
  const std::vector<TopicPartition> both{{"t", 0}, {"t", 1}};
  SUBCASE("an old claim yields") {
    const std::vector<GroupMember> members{member("old", {"t"}, both, 3),
                                           member("new", {"t"}, {{"t", 0}}, 5)};
    const GroupAssignment result = assign_sticky(members, {{"t", 2}});
    CHECK(result.at("new") == std::vector<TopicPartition>{{"t", 0}});
    CHECK(result.at("old") == std::vector<TopicPartition>{{"t", 1}});
  }
  SUBCASE("whatever the order of the members") {
    const std::vector<GroupMember> members{member("a", {"t"}, {{"t", 0}}, 5),
                                           member("b", {"t"}, both, 3)};
    const GroupAssignment result = assign_sticky(members, {{"t", 2}});
    CHECK(result.at("a") == std::vector<TopicPartition>{{"t", 0}});
  }
  SUBCASE("a disputed partition is free") {
    const std::vector<GroupMember> members{
        member("a", {"t"}, both, 5), member("b", {"t"}, {{"t", 0}}, 5), member("c", {"t"}, {}, 5)};
    const GroupAssignment result = assign_sticky(members, {{"t", 2}});
    CHECK(result.at("a") == std::vector<TopicPartition>{{"t", 1}});
  }
}

TEST_CASE("cat_G04 sticky: random groups are complete, optimally even and stable") {
  Random random(7);
  for (int round = 0; round < 1500; ++round) {
    CAPTURE(round);
    const Case input = random_case(random, 4, 3, 2);
    const GroupAssignment result = assign_sticky(input.members, input.counts);
    check_complete(input, result);
    REQUIRE(sum_of_squares(result) == best_sum(input));

    // Given back as what the members own, it is the answer.
    Case again = input;
    for (GroupMember& reader : again.members) {
      reader.owned = result.at(reader.id);
      reader.generation = 9;
    }
    REQUIRE(assign_sticky(again.members, again.counts) == result);
  }
}

TEST_CASE("sticky: large groups and hostile claims end quickly") {
  Random random(11);
  for (int round = 0; round < 5; ++round) {
    const Case input = random_case(random, 60, 40, 30);
    check_complete(input, assign_sticky(input.members, input.counts));
  }
  // One member claims everything, many join.
  Case input;
  input.counts = {{"t", 2000}};
  input.members.push_back(member("m", {"t"}));
  for (std::int32_t partition = 0; partition < 2000; ++partition) {
    input.members.front().owned.emplace_back("t", partition);
  }
  for (int index = 0; index < 99; ++index) {
    input.members.push_back(member("n" + std::to_string(index), {"t"}));
  }
  const GroupAssignment result = assign_sticky(input.members, input.counts);
  check_complete(input, result);
  for (const auto& [id, list] : result) CHECK(list.size() == 20);
  CHECK(moved(input, result) == 1980);
}
