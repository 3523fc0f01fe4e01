#include "protocol/wire/message_type.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/text_printer.hpp"
#include "protocol/wire/writer.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/wire_oracle.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

using namespace barnabas;
using barnabas::protocol::AnyMessage;
using barnabas::protocol::MessageType;
using barnabas::test::WireOracle;

namespace {

constexpr int rounds = 12;

BytesView view(const std::vector<std::byte>& bytes) { return {bytes.data(), bytes.size()}; }

std::string encoded(const AnyMessage& message, std::int16_t version) {
  wire::GatherBuffer buffer;
  wire::Writer out(buffer);
  message.encode(out, version);
  if (!out.complete()) return out.error().to_string();
  return test::to_hex(buffer.flatten());
}

/// Calls `check(type, schema, version)` for each message in each version.
template <class Check>
void for_each_version(Check&& check) {
  for (const MessageType* type : protocol::message_types()) {
    const schemac::Message& schema = test::find_message(type->name);
    const VersionRange versions = type->versions_with_unstable;
    for (int version = versions.min; version <= versions.max; ++version) {
      CAPTURE(type->name);
      CAPTURE(version);
      check(*type, schema, static_cast<std::int16_t>(version));
    }
  }
}

}  // namespace

TEST_CASE("every message in every version is read and written as its schema says") {
  for_each_version(
      [](const MessageType& type, const schemac::Message& schema, std::int16_t version) {
        for (int round = 0; round < rounds; ++round) {
          WireOracle oracle(static_cast<std::uint64_t>(version * 1000 + round));
          const std::vector<std::byte> bytes = oracle.message(schema, version);
          wire::Reader in(view(bytes));
          const auto message = type.make();
          message->decode(in, version);
          REQUIRE_MESSAGE(in.ok(), in.error().to_string());
          REQUIRE(in.remaining() == 0);
          REQUIRE(message->encoded_size(version) == bytes.size());
          REQUIRE(encoded(*message, version) == test::to_hex(bytes));
        }
      });
}

TEST_CASE("tagged fields that nobody knows are passed over") {
  for_each_version(
      [](const MessageType& type, const schemac::Message& schema, std::int16_t version) {
        if (version < type.first_flexible) return;
        const auto seed = static_cast<std::uint64_t>(version);
        const std::vector<std::byte> plain = WireOracle(seed).message(schema, version);
        const std::vector<std::byte> tagged = WireOracle(seed).message(schema, version, true);
        REQUIRE(tagged.size() > plain.size());
        const auto a = type.make();
        const auto b = type.make();
        wire::Reader plain_reader(view(plain));
        wire::Reader tagged_reader(view(tagged));
        a->decode(plain_reader, version);
        b->decode(tagged_reader, version);
        REQUIRE_MESSAGE(tagged_reader.ok(), tagged_reader.error().to_string());
        REQUIRE(tagged_reader.remaining() == 0);
        REQUIRE(a->equals(*b));
      });
}

TEST_CASE("cat_C14 a message cut short anywhere is an error and touches nothing behind its end") {
  for_each_version(
      [](const MessageType& type, const schemac::Message& schema, std::int16_t version) {
        const std::vector<std::byte> bytes =
            WireOracle(static_cast<std::uint64_t>(version)).message(schema, version);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
          // A block of exactly that size, so that the sanitizer sees a read behind it.
          const auto block = std::make_unique<std::byte[]>(size);
          if (size != 0) std::memcpy(block.get(), bytes.data(), size);
          wire::Reader in(BytesView(block.get(), size));
          const auto message = type.make();
          message->decode(in, version);
          REQUIRE_FALSE(in.ok());
          REQUIRE(in.error() == ErrorCode::malformed_message);
        }
      });
}

TEST_CASE("damaged messages never do harm") {
  for_each_version(
      [](const MessageType& type, const schemac::Message& schema, std::int16_t version) {
        WireOracle oracle(static_cast<std::uint64_t>(version) + 77);
        for (int round = 0; round < rounds; ++round) {
          std::vector<std::byte> bytes = oracle.message(schema, version, true);
          for (int flips = 0; flips < 3 && !bytes.empty(); ++flips) {
            bytes[oracle.below(bytes.size())] = static_cast<std::byte>(oracle.below(256));
          }
          wire::Reader in(view(bytes));
          const auto message = type.make();
          message->decode(in, version);
          if (!in.ok()) continue;
          // What was understood can be written, and reads as the same again.
          const std::string hex = encoded(*message, version);
          const std::vector<std::byte> again = test::from_hex(hex);
          wire::Reader second(view(again));
          const auto copy = type.make();
          copy->decode(second, version);
          REQUIRE_MESSAGE(second.ok(), hex);
          REQUIRE(copy->equals(*message));
        }
      });
}

TEST_CASE("cat_C10 any count or length may be null, nothing or more than there is") {
  // Every place of a message is overwritten, so every array of it is, too.
  const std::vector<std::vector<std::byte>> plain{
      test::from_hex("ffffffff"), test::from_hex("00000000"), test::from_hex("7fffffff")};
  const std::vector<std::vector<std::byte>> flexible{test::from_hex("00"), test::from_hex("01"),
                                                     test::from_hex("ffffffff0f")};
  for_each_version(
      [&](const MessageType& type, const schemac::Message& schema, std::int16_t version) {
        const std::vector<std::byte> bytes =
            WireOracle(static_cast<std::uint64_t>(version)).message(schema, version);
        for (const auto& pattern : version >= type.first_flexible ? flexible : plain) {
          for (std::size_t at = 0; at + pattern.size() <= bytes.size(); ++at) {
            std::vector<std::byte> changed = bytes;
            std::copy(pattern.begin(), pattern.end(),
                      changed.begin() + static_cast<std::ptrdiff_t>(at));
            wire::Reader in(view(changed));
            const auto message = type.make();
            message->decode(in, version);
            // Whatever was made of it can be looked at.
            if (in.ok()) REQUIRE(message->encoded_size(version) <= 2 * changed.size() + 64);
          }
        }
      });
}

TEST_CASE("every message prints its name and no secrets") {
  for_each_version(
      [](const MessageType& type, const schemac::Message& schema, std::int16_t version) {
        const std::vector<std::byte> bytes = WireOracle(1).message(schema, version);
        wire::Reader in(view(bytes));
        const auto message = type.make();
        message->decode(in, version);
        std::string text;
        wire::TextPrinter printer(text);
        message->print(printer);
        REQUIRE(text.substr(0, type.name.size() + 1) == std::string(type.name) + "{");
        REQUIRE(text.back() == '}');
        for (const auto& structure : schema.structs) {
          for (const schemac::Field& field : structure->fields) {
            if (!field.secret) continue;
            const std::size_t at = text.find(field.name + "=");
            if (at == std::string::npos) continue;  // In an array that is empty here.
            REQUIRE(text.compare(at + field.name.size(), 9, "=(hidden)") == 0);
          }
        }
      });
}

TEST_CASE("decoding into a used message leaves nothing of the old one") {
  for_each_version(
      [](const MessageType& type, const schemac::Message& schema, std::int16_t version) {
        const std::vector<std::byte> first = WireOracle(1).message(schema, version);
        const std::vector<std::byte> second = WireOracle(2).message(schema, version);
        const auto used = type.make();
        const auto fresh = type.make();
        wire::Reader first_reader(view(first));
        wire::Reader second_reader(view(second));
        wire::Reader fresh_reader(view(second));
        used->decode(first_reader, version);
        used->decode(second_reader, version);
        fresh->decode(fresh_reader, version);
        REQUIRE(used->equals(*fresh));
      });
}
