// Consumers behind the tail are sent ranges of files: what they get, and what becomes of it when
// the files go.
#include <barnabas/broker.hpp>

#include "tests/unit/broker/io/temporary_folder.hpp"
#include "tests/unit/broker/support/raw_client.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace barnabas {
namespace {

using barnabas::test::TemporaryFolder;
using broker::test::fetch_request;
using broker::test::produce_request;
using broker::test::RawClient;

constexpr std::size_t unlimited = std::size_t{64} << 20;

/// Log lines, from any thread.
class Lines {
 public:
  LogCallback callback() {
    return [this](LogLevel, std::string_view line) {
      const std::lock_guard lock(mutex_);
      text_ += std::string(line) + "\n";
    };
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

/// A broker with one topic whose content is on the disk only.
struct World {
  TemporaryFolder folder;
  Lines lines;
  Broker broker{config()};

  BrokerConfig config(bool on_disk = true) {
    BrokerConfig result;
    if (on_disk) result.data_folder(folder.path());
    result.log(lines.callback());
    return result;
  }
  void fill(const std::vector<std::size_t>& sizes) { fill(broker, sizes); }
  static void fill(Broker& target, const std::vector<std::size_t>& sizes) {
    REQUIRE(target.create_topic("t"));
    RawClient client(target.bootstrap());
    char letter = 'A';
    for (const std::size_t size : sizes) {
      const auto batch = barnabas::test::make_batch(
          {{0, 1'700'000'000'000, std::nullopt, std::string(size, letter++), {}}}, {}, {});
      const auto answer = client.call(produce_request("t", 0, {batch.data(), batch.size()}), 9);
      REQUIRE(answer);
      REQUIRE(answer->responses.at(0).partition_responses.at(0).error_code == ErrorCode::none);
    }
    REQUIRE(target.restart());
  }
  std::string segment() const { return folder.path() + "/t-0/00000000000000000000.log"; }
};

protocol::FetchRequest fetch(std::int64_t offset, std::size_t max_bytes,
                             std::size_t partition_max_bytes) {
  protocol::FetchRequest request = fetch_request("t", 0, offset);
  request.max_bytes = static_cast<std::int32_t>(max_bytes);
  request.topics[0].partitions[0].partition_max_bytes =
      static_cast<std::int32_t>(partition_max_bytes);
  return request;
}

protocol::FetchRequest fetch_all() { return fetch(0, unlimited, unlimited); }

}  // namespace

TEST_CASE("fetch ranges: what comes from files is what comes from memory, byte for byte") {
  World on_disk;
  Broker in_memory(on_disk.config(false));
  std::vector<std::size_t> sizes;
  for (std::size_t at = 0; at < 60; ++at) sizes.push_back(at % 7 == 0 ? 300'000 : 500 * at);
  on_disk.fill(sizes);
  World::fill(in_memory, sizes);
  RawClient first(on_disk.broker.bootstrap());
  RawClient second(in_memory.bootstrap());
  for (const std::int64_t offset : {0, 1, 6, 7, 30, 58, 59, 60}) {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{20'000}, std::size_t{250'000},
                                    std::size_t{1'000'000}, unlimited}) {
      for (const bool of_partition : {true, false}) {
        const auto request =
            fetch(offset, of_partition ? unlimited : limit, of_partition ? limit : unlimited);
        CAPTURE(offset);
        CAPTURE(limit);
        CAPTURE(of_partition);
        const auto one = first.call(request, 11);
        const auto other = second.call(request, 11);
        REQUIRE(one);
        REQUIRE(other);
        REQUIRE(*one == *other);
        REQUIRE(one->responses.at(0).partitions.at(0).records.empty() == (offset == 60));
      }
    }
  }
}

TEST_CASE("fetch ranges: a fault that damages an answer finds its bytes") {
  World world;
  world.fill({100'000, 200'000});
  RawClient client(world.broker.bootstrap());
  const auto whole = client.call(fetch_all(), 11);
  REQUIRE(whole);
  REQUIRE(whole->responses.at(0).partitions.at(0).records.size() > 300'000);
  world.broker.inject(Fault::corrupt_response(ApiKey::Fetch, 250'000).times(1));
  std::string bytes(whole->responses[0].partitions[0].records.contiguous().text());
  const auto damaged = client.call(fetch_all(), 11);
  REQUIRE(damaged);
  const std::string_view other =
      damaged->responses.at(0).partitions.at(0).records.contiguous().text();
  REQUIRE(other.size() == bytes.size());
  std::size_t differences = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) differences += bytes[at] != other[at];
  CHECK(differences == 1);
}

TEST_CASE("fetch ranges: a topic that is deleted while it is read is sent to the end") {
  World world;
  world.fill(std::vector<std::size_t>(40, 900'000));
  RawClient client(world.broker.bootstrap(), 4096);
  client.send(fetch_all(), 11);
  REQUIRE(client.has_answer());  // the answer is under way, and more than the system holds of it
  REQUIRE(world.broker.delete_topic("t"));
  const auto answer = client.receive<protocol::FetchRequest>(11);
  REQUIRE(answer);
  const auto& data = answer->responses.at(0).partitions.at(0);
  const auto records = barnabas::test::read_all(data.records.contiguous());
  REQUIRE(records);
  REQUIRE(records->size() == 40);
  for (std::size_t at = 0; at < 40; ++at) {
    CHECK((*records)[at].value == std::string(900'000, static_cast<char>('A' + at)));
  }
}

TEST_CASE("fetch ranges: a file that is cut off ends the connection it is sent on, and says so") {
  World world;
  world.fill(std::vector<std::size_t>(40, 900'000));
  RawClient client(world.broker.bootstrap(), 4096);
  RawClient other(world.broker.bootstrap());
  client.send(fetch_all(), 11);
  REQUIRE(client.has_answer());
  std::filesystem::resize_file(world.segment(), 1'000'000);
  CHECK_FALSE(client.receive<protocol::FetchRequest>(11));
  CHECK(world.lines.text().find("cut off") != std::string::npos);
  CHECK(other.call(fetch(0, unlimited, 100), 11));
}

}  // namespace barnabas
