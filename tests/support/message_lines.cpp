#include "tests/support/message_lines.hpp"

#include "protocol/wire/json_printer.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/writer.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/json_tree.hpp"
#include "tests/support/split_line.hpp"
#include "tests/support/wire_oracle.hpp"

#include <charconv>
#include <vector>

namespace barnabas::test {

namespace {

BytesView view(const std::vector<std::byte>& bytes) { return {bytes.data(), bytes.size()}; }

std::string to_json(const protocol::AnyMessage& message) {
  std::string json;
  wire::JsonPrinter printer(json);
  message.print(printer);
  return json;
}

std::string encoded(const protocol::AnyMessage& message, std::int16_t version) {
  wire::GatherBuffer buffer;
  wire::Writer out(buffer);
  message.encode(out, version);
  return out.complete() ? to_hex(buffer.flatten()) : out.error().to_string();
}

}  // namespace

std::string random_message_line(const protocol::MessageType& type, std::int16_t version,
                                std::uint64_t seed, bool unknown_tags) {
  const std::vector<std::byte> bytes =
      WireOracle(seed).message(find_message(type.name), version, unknown_tags);
  const auto message = type.make();
  wire::Reader in(view(bytes));
  message->decode(in, version);
  return std::string(type.name) + "\t" + std::to_string(version) + "\t" +
         (unknown_tags ? "tags" : "plain") + "\t" + to_hex(bytes) + "\t" + to_json(*message);
}

std::string check_message_line(std::string_view line) {
  const std::vector<std::string_view> words = split_line(line);
  if (words.size() != 5) return "not a message line";
  const protocol::MessageType* const type = protocol::find_message_type(words[0]);
  if (type == nullptr) return "there is no such message";
  std::int16_t version = -1;
  std::from_chars(words[1].data(), words[1].data() + words[1].size(), version);
  if (!type->versions_with_unstable.contains(version)) return "there is no such version";

  const std::vector<std::byte> bytes = from_hex(words[3]);
  const auto message = type->make();
  wire::Reader in(view(bytes));
  message->decode(in, version);
  if (!in.ok()) return in.error().to_string();
  if (in.remaining() != 0) return std::to_string(in.remaining()) + " bytes are left";

  const auto theirs = JsonTree::parse(words[4]);
  const auto ours = JsonTree::parse(to_json(*message));
  if (!theirs || !ours) return "not JSON";
  std::string found = json_difference(*theirs, *ours, "message");
  if (!found.empty()) return found;

  const std::string again = encoded(*message, version);
  if (words[2] == "plain" && again != words[3]) return "we write " + again;
  if (words[2] == "tags" && again == words[3]) return "unknown tagged fields cannot be there";
  return {};
}

}  // namespace barnabas::test
