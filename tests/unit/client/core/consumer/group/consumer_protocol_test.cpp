#include "client/src/core/consumer/group/consumer_protocol.hpp"
#include "protocol/base/random.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::client;
using barnabas::test::from_hex;
using barnabas::test::to_hex;

namespace {

BytesView view(const Bytes& bytes) { return {bytes.data(), bytes.size()}; }

MemberSubscription sample() {
  MemberSubscription subscription;
  subscription.topics = {"a", "b"};
  subscription.owned = {{"a", 0}, {"a", 2}, {"b", 1}};
  subscription.generation = 7;
  subscription.last_assignment = {{"a", 1}};
  subscription.last_generation = 6;
  return subscription;
}

}  // namespace

TEST_CASE("consumer protocol: a subscription as Java writes it") {
  MemberSubscription subscription = sample();
  subscription.rack = "r";
  CHECK(to_hex(encode_subscription(subscription, Assignor::range)) ==
        "0003"  // version
        "00000002"
        "000161"
        "000162"    // topics
        "ffffffff"  // no user data
        "00000002"  // owned
        "000161"
        "00000002"
        "00000000"
        "00000002"  //
        "000162"
        "00000001"
        "00000001"  //
        "00000007"  // generation
        "000172");  // rack
}

TEST_CASE("consumer protocol: the assignors' own data") {
  SUBCASE("sticky carries the last assignment and its generation") {
    const Bytes bytes = encode_subscription(sample(), Assignor::sticky);
    CHECK(to_hex(bytes).find("00000013"
                             "00000001"
                             "000161"
                             "00000001"
                             "00000001"
                             "00000006") != std::string::npos);
    const GroupMember member = *decode_subscription(view(bytes), Assignor::sticky);
    CHECK(member.owned == std::vector<TopicPartition>{{"a", 1}});
    CHECK(member.generation == 6);
  }
  SUBCASE("sticky data of Kafka before 2.3 has no generation") {
    const Bytes bytes = from_hex(
        "0001"
        "00000001"
        "000161"
        "0000000f"
        "00000001"
        "000161"
        "00000001"
        "00000001"
        "00000000");
    const GroupMember member = *decode_subscription(view(bytes), Assignor::sticky);
    CHECK(member.owned == std::vector<TopicPartition>{{"a", 1}});
    CHECK(member.generation == -1);
  }
  SUBCASE("cooperative sticky carries the generation, for members without the field") {
    const Bytes bytes = encode_subscription(sample(), Assignor::cooperative_sticky);
    const GroupMember member = *decode_subscription(view(bytes), Assignor::cooperative_sticky);
    CHECK(member.owned == sample().owned);
    CHECK(member.generation == 7);
    const Bytes old = from_hex(
        "0001"
        "00000001"
        "000161"
        "00000004"
        "00000009"
        "00000000");
    CHECK(decode_subscription(view(old), Assignor::cooperative_sticky)->generation == 9);
  }
}

TEST_CASE("consumer protocol: assignments travel both ways") {
  const std::vector<TopicPartition> partitions{{"a", 0}, {"a", 1}, {"b", 0}};
  const Bytes bytes = encode_assignment(partitions);
  CHECK(to_hex(bytes) ==
        "0003"
        "00000002"
        "000161"
        "00000002"
        "00000000"
        "00000001"
        "000162"
        "00000001"
        "00000000"
        "ffffffff");
  CHECK(*decode_assignment(view(bytes)) == partitions);
  CHECK(decode_assignment({})->empty());
}

TEST_CASE("consumer protocol: fields that a version promises may be missing at the end") {
  // As kafka-go says it: version 1, but nothing about what it owns.
  const Bytes bytes = from_hex(
      "0001"
      "00000001"
      "000161"
      "00000000");
  const Result<GroupMember> member = decode_subscription(view(bytes), Assignor::range);
  REQUIRE(member.has_value());
  CHECK(member->topics == std::vector<std::string>{"a"});
  CHECK(member->owned.empty());
  CHECK(member->generation == -1);
  // Cut within a field it is damaged all the same.
  const Bytes cut = from_hex(
      "0001"
      "00000001"
      "000161"
      "00000000"
      "0000");
  CHECK_FALSE(decode_subscription(view(cut), Assignor::range).has_value());
}

TEST_CASE("consumer protocol: newer versions are read as far as we know them") {
  Bytes bytes = encode_assignment(std::vector<TopicPartition>{{"a", 0}});
  bytes[1] = std::byte{9};
  bytes.resize(bytes.size() + 5);
  CHECK(*decode_assignment(view(bytes)) == std::vector<TopicPartition>{{"a", 0}});
}

TEST_CASE("cat_C15 consumer protocol: damaged payloads are errors or members, never crashes") {
  Random random(5);
  for (const Assignor assignor :
       {Assignor::range, Assignor::sticky, Assignor::cooperative_sticky}) {
    const Bytes good = encode_subscription(sample(), assignor);
    for (std::size_t size = 0; size < good.size(); ++size) {
      const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
      (void)decode_subscription(view(cut), assignor);
      (void)decode_assignment(view(cut));
    }
    for (int round = 0; round < 2000; ++round) {
      Bytes bad = good;
      for (int flips = 0; flips < 3; ++flips) {
        bad[random.below(bad.size())] = static_cast<std::byte>(random.below(256));
      }
      (void)decode_subscription(view(bad), assignor);
      (void)decode_assignment(view(bad));
    }
  }
}
