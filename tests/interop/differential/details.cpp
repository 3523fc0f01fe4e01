#include "tests/interop/differential/details.hpp"

#include "protocol/base/crc32c.hpp"
#include "protocol/messages/fetch.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/sync_group.hpp"
#include "protocol/records/batch_reader.hpp"

#include <algorithm>
#include <iterator>

namespace barnabas::differential {
namespace {

Value structure() {
  Value value;
  value.kind = Value::Kind::structure;
  return value;
}

Value list() {
  Value value;
  value.kind = Value::Kind::array;
  return value;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c >= ' ' && c <= '~' ? c : '.';
  return out + '"';
}

// Everything about a batch that both brokers are to give back alike: where they put the time of
// appending it differs, and so does the checksum then.
Value describe(const records::BatchView& batch) {
  Value value = structure();
  const auto add = [&](const char* name, auto number) {
    value.fields.emplace_back(name, leaf(std::to_string(number)));
  };
  const records::BatchHeader& header = batch.header;
  add("base_offset", header.base_offset);
  add("magic", static_cast<int>(header.magic));
  add("batch_length", header.batch_length);
  if (batch.is_legacy()) return value;
  add("leader_epoch", header.partition_leader_epoch);
  add("attributes", header.attributes);
  add("last_offset_delta", header.last_offset_delta);
  add("base_timestamp", header.base_timestamp);
  add("max_timestamp", header.max_timestamp);
  add("producer_id", header.producer_id);
  add("producer_epoch", header.producer_epoch);
  add("base_sequence", header.base_sequence);
  add("record_count", header.record_count);
  add("crc_matches", static_cast<int>(records::crc_matches(batch.bytes)));
  const BytesView records(batch.bytes.data() + records::batch_header_size,
                          batch.bytes.size() - records::batch_header_size);
  add("records_crc", crc32c(records));
  return value;
}

// A session lists partitions in the order in which they are next to be served, which cuts a topic
// into parts. Where the cuts are means nothing.
void merge_topics(Value& value) {
  for (auto& [name, topics] : value.fields) {
    if (name != "responses") continue;
    std::vector<Value> merged;
    for (Value& topic : topics.elements) {
      const auto same = std::find_if(merged.begin(), merged.end(), [&](const Value& other) {
        return other.find("topic")->text == topic.find("topic")->text &&
               other.find("topic_id")->text == topic.find("topic_id")->text;
      });
      if (same == merged.end()) {
        merged.push_back(std::move(topic));
        continue;
      }
      std::vector<Value>& into = same->fields.back().second.elements;
      std::vector<Value>& from = topic.fields.back().second.elements;
      into.insert(into.end(), std::make_move_iterator(from.begin()),
                  std::make_move_iterator(from.end()));
    }
    topics.elements = std::move(merged);
  }
}

}  // namespace

void add_details(const protocol::FetchResponse& response, Value& value) {
  merge_topics(value);
  Value batches = list();
  for (const auto& topic : response.responses) {
    for (const auto& partition : topic.partitions) {
      Value entry = structure();
      entry.fields.emplace_back("topic", leaf(quoted(topic.topic)));
      entry.fields.emplace_back("topic_id", leaf(topic.topic_id.to_string()));
      entry.fields.emplace_back("partition", leaf(std::to_string(partition.partition_index)));
      Value found = list();
      records::BatchReader reader(partition.records.contiguous());
      for (records::BatchView batch; reader.next(batch);) found.elements.push_back(describe(batch));
      entry.fields.emplace_back("batches", std::move(found));
      batches.elements.push_back(std::move(entry));
    }
  }
  value.fields.emplace_back("(batches)", std::move(batches));
}

void add_details(const protocol::JoinGroupResponse& response, Value& value) {
  Value members = list();
  for (const auto& member : response.members) {
    Value entry = structure();
    entry.fields.emplace_back("member_id", leaf(quoted(member.member_id)));
    entry.fields.emplace_back("metadata", leaf(quoted(member.metadata.text())));
    members.elements.push_back(std::move(entry));
  }
  value.fields.emplace_back("(metadata)", std::move(members));
}

void add_details(const protocol::SyncGroupResponse& response, Value& value) {
  value.fields.emplace_back("(assignment)", leaf(quoted(response.assignment.text())));
}

}  // namespace barnabas::differential
