#include "broker/src/core/storage/leader_epochs.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace barnabas::broker::storage;

namespace {

std::vector<EpochStart> entries(const LeaderEpochs& epochs) {
  return {epochs.entries().begin(), epochs.entries().end()};
}

LeaderEpochs history() {
  LeaderEpochs epochs;
  epochs.start(1, 0);
  epochs.start(3, 10);
  epochs.start(4, 20);
  return epochs;
}

}  // namespace

TEST_CASE("epochs only grow") {
  LeaderEpochs epochs;
  CHECK_FALSE(epochs.latest());
  CHECK(epochs.start(0, 0));
  CHECK_FALSE(epochs.start(0, 5));
  CHECK(epochs.start(2, 5));
  CHECK_FALSE(epochs.start(1, 9));
  CHECK(entries(epochs) == std::vector<EpochStart>{{0, 0}, {2, 5}});
  CHECK(epochs.latest() == 2);
}

TEST_CASE("an epoch without a batch gives way to the next at the same offset") {
  LeaderEpochs epochs;
  epochs.start(0, 0);
  epochs.start(1, 5);
  epochs.start(2, 5);
  CHECK(entries(epochs) == std::vector<EpochStart>{{0, 0}, {2, 5}});
}

TEST_CASE("the end of an epoch is where the next begins") {
  const LeaderEpochs epochs = history();
  CHECK(epochs.end_offset(4, 25) == EpochEndOffset{4, 25});
  CHECK(epochs.end_offset(3, 25) == EpochEndOffset{3, 20});
  CHECK(epochs.end_offset(2, 25) == EpochEndOffset{1, 10});
  CHECK(epochs.end_offset(1, 25) == EpochEndOffset{1, 10});
  CHECK(epochs.end_offset(0, 25) == EpochEndOffset{0, 0});
  CHECK(epochs.end_offset(5, 25) == EpochEndOffset{-1, -1});
  CHECK(epochs.end_offset(-1, 25) == EpochEndOffset{-1, -1});
  CHECK(LeaderEpochs().end_offset(0, 25) == EpochEndOffset{-1, -1});
}

TEST_CASE("the epoch of an offset") {
  const LeaderEpochs epochs = history();
  CHECK(epochs.epoch_at(0) == 1);
  CHECK(epochs.epoch_at(9) == 1);
  CHECK(epochs.epoch_at(10) == 3);
  CHECK(epochs.epoch_at(100) == 4);
  CHECK(LeaderEpochs().epoch_at(0) == -1);
}

TEST_CASE("truncation at the end forgets epochs that begin there") {
  LeaderEpochs epochs = history();
  CHECK_FALSE(epochs.truncate_end(21));
  CHECK(epochs.truncate_end(20));
  CHECK(epochs.latest() == 3);
  CHECK(epochs.truncate_end(0));
  CHECK(epochs.entries().empty());
}

TEST_CASE("truncation at the start keeps the epoch that goes on") {
  LeaderEpochs epochs = history();
  CHECK_FALSE(epochs.truncate_start(0));
  CHECK(epochs.truncate_start(15));
  CHECK(entries(epochs) == std::vector<EpochStart>{{3, 15}, {4, 20}});
  CHECK(epochs.truncate_start(20));
  CHECK(entries(epochs) == std::vector<EpochStart>{{4, 20}});
  CHECK(epochs.truncate_start(50));
  CHECK(entries(epochs) == std::vector<EpochStart>{{4, 50}});
}

TEST_CASE("a stored history that does not grow is used up to there") {
  const std::vector<EpochStart> stored{{1, 0}, {3, 10}, {2, 20}, {5, 30}};
  CHECK(entries(LeaderEpochs(stored)) == std::vector<EpochStart>{{1, 0}, {3, 10}});
}
