#include "client/src/core/consumer/fetch/iteration.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;

namespace {

const TopicPartition a{"a", 0};
const TopicPartition b{"b", 0};

/// A block with records 10 and 11 of a (12 is skipped), and 5 of b.
struct World {
  Assignment assignment;
  Iteration iteration;

  World() {
    assignment.add({a, b});
    for (auto& [partition, state] : assignment.states()) assignment.seek(state, {0, -1});
    auto block = std::make_shared<detail::RecordBlock>();
    for (const std::int64_t offset : {10, 11, 5}) {
      detail::RecordEntry entry;
      entry.offset = offset;
      entry.leader_epoch = 4;
      block->entries.push_back(entry);
    }
    block->ranges = {range(a, 0, 2, 13), range(b, 2, 3, 6)};
    iteration.begin(std::move(block));
  }
  detail::RecordRange range(const TopicPartition& partition, std::size_t first, std::size_t last,
                            std::int64_t next) {
    detail::RecordRange made;
    made.partition = partition;
    made.first = first;
    made.last = last;
    made.next_offset = next;
    made.leader_epoch = 4;
    made.generation = assignment.find(partition)->generation();
    return made;
  }
  std::int64_t next() {
    const detail::RecordEntry* entry = iteration.next(assignment);
    return entry == nullptr ? -1 : entry->offset;
  }
  std::int64_t position(const TopicPartition& partition) {
    return assignment.find(partition)->position().offset;
  }
};

}  // namespace

TEST_CASE_FIXTURE(World,
                  "iteration: the position moves record by record, and over what is skipped") {
  CHECK(next() == 10);
  CHECK(position(a) == 11);
  CHECK(next() == 11);
  CHECK(position(a) == 13);
  CHECK(iteration.range().partition == a);
  CHECK(next() == 5);
  CHECK(position(b) == 6);
  CHECK(iteration.range().partition == b);
  CHECK(next() == -1);
  CHECK(iteration.at_end());
}

TEST_CASE_FIXTURE(World, "iteration: what was sought away is left out") {
  CHECK(next() == 10);
  assignment.seek(*assignment.find(a), {0, -1});
  CHECK(next() == 5);
  CHECK(position(a) == 0);
}

TEST_CASE_FIXTURE(World, "iteration: what is paused is fetched again from where it was") {
  CHECK(next() == 10);
  assignment.pause(*assignment.find(a), true);
  CHECK(next() == 5);
  CHECK(position(a) == 11);
  CHECK(assignment.find(a)->fetch_position().offset == 11);
}

TEST_CASE_FIXTURE(World, "iteration: what is given up is left out") {
  assignment.set_revoking(*assignment.find(a));
  assignment.remove({b});
  CHECK(next() == -1);
}

TEST_CASE_FIXTURE(World, "iteration: a poll takes what is left of it") {
  CHECK(next() == 10);
  const auto rest = iteration.take_rest();
  REQUIRE(rest);
  REQUIRE(rest->ranges.size() == 2);
  CHECK(rest->entries[rest->ranges[0].first].offset == 11);
  CHECK(rest->ranges[0].last - rest->ranges[0].first == 1);
  CHECK(rest->ranges[0].next_offset == 13);
  CHECK(iteration.at_end());
  CHECK(!iteration.take_rest());
}
