#include "protocol/wire/versioned_data.hpp"

#include "protocol/messages/consumer_protocol.hpp"
#include "protocol/messages/group_records.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace barnabas;
using barnabas::protocol::ConsumerProtocolSubscription;
using barnabas::protocol::OffsetCommitValue;
using barnabas::test::from_hex;
using barnabas::test::to_hex;
using barnabas::wire::NewerVersion;

TEST_CASE("the version stands before the message") {
  ConsumerProtocolSubscription subscription;
  subscription.topics = {"t"};
  const auto bytes = wire::encode_versioned(subscription, 1);
  REQUIRE(bytes);
  CHECK(to_hex(*bytes) ==
        "0001"
        "00000001"
        "000174"
        "ffffffff"
        "00000000");
  const auto back = wire::decode_versioned<ConsumerProtocolSubscription>(
      {bytes->data(), bytes->size()}, NewerVersion::refuse);
  REQUIRE(back);
  CHECK(*back == subscription);
}

TEST_CASE("a newer version is refused or read as the newest known") {
  const std::vector<std::byte> bytes =
      from_hex("0009 00000001 000174 ffffffff 00000000 00000005 ffff cafe");
  const BytesView view(bytes.data(), bytes.size());
  CHECK(wire::decode_versioned<ConsumerProtocolSubscription>(view, NewerVersion::refuse).error() ==
        ErrorCode::unsupported_version);
  const auto read =
      wire::decode_versioned<ConsumerProtocolSubscription>(view, NewerVersion::read_as_newest);
  REQUIRE(read);
  CHECK(read->topics.at(0) == "t");
  CHECK(read->generation_id == 5);
}

TEST_CASE("a message with a tagged topic id needs version 4") {
  OffsetCommitValue value;
  value.offset = 7;
  value.topic_id = Uuid(1, 2);
  const auto flexible = wire::encode_versioned(value, 4);
  REQUIRE(flexible);
  CHECK(to_hex(*flexible) ==
        "0004"
        "0000000000000007"
        "ffffffff"
        "01"
        "0000000000000000"
        "01"
        "00"
        "10"
        "0000000000000001"
        "0000000000000002");
  value.topic_id = Uuid();
  CHECK(wire::encode_versioned(value, 3));
  CHECK(wire::encode_versioned(value, 5).error() == ErrorCode::unsupported_version);
}

TEST_CASE("too little, and versions below ours, are errors") {
  const std::vector<std::byte> below = from_hex("ffff 00000000 ffffffff");
  CHECK(wire::decode_versioned<ConsumerProtocolSubscription>({below.data(), below.size()},
                                                             NewerVersion::read_as_newest)
            .error() == ErrorCode::unsupported_version);
  CHECK(wire::decode_versioned<ConsumerProtocolSubscription>({}, NewerVersion::refuse).error() ==
        ErrorCode::malformed_message);
}
