#include "broker/src/core/storage/topic_store.hpp"

#include "broker/src/core/storage/file_encoding.hpp"
#include "broker/src/core/storage/record_frame.hpp"
#include "protocol/wire/reader.hpp"

#include <cstddef>

namespace barnabas::broker::storage {

namespace {

constexpr std::int16_t frame_version = 0;
constexpr std::int8_t kind_topic = 1;
constexpr std::int8_t kind_deleted = 2;
constexpr std::size_t smallest_property = 8;

std::string take_text(wire::Reader& in) { return std::string(in.bytes(false, "text").text()); }

std::string encode_topic(const StoredTopic& topic) {
  std::string out;
  append_integer(out, kind_topic);
  append_text(out, topic.name);
  append_uuid(out, topic.id);
  append_integer(out, topic.partitions);
  append_integer(out, static_cast<std::int32_t>(topic.properties.size()));
  for (const auto& [name, value] : topic.properties) {
    append_text(out, name);
    append_text(out, value);
  }
  return out;
}

StoredTopic decode_topic(wire::Reader& in) {
  StoredTopic topic;
  topic.name = take_text(in);
  topic.id = in.uuid("id");
  topic.partitions = in.int32("partitions");
  const std::size_t count =
      in.array_size(false, smallest_property, sizeof(TopicProperties::value_type), "properties");
  for (std::size_t at = 0; at < count && in.ok(); ++at) {
    std::string name = take_text(in);
    topic.properties[std::move(name)] = take_text(in);
  }
  return topic;
}

}  // namespace

const StoredTopic* TopicStore::find(std::string_view name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : &found->second;
}

const StoredTopic* TopicStore::find(const Uuid& id) const {
  for (const auto& [name, topic] : topics_) {
    if (topic.id == id) return &topic;
  }
  return nullptr;
}

void TopicStore::put(StoredTopic topic) {
  std::string name = topic.name;
  topics_.insert_or_assign(std::move(name), std::move(topic));
}

void TopicStore::remove(std::string_view name) {
  const auto found = topics_.find(name);
  if (found == topics_.end()) return;
  deleted_.insert(found->second.id);
  topics_.erase(found);
}

std::string TopicStore::encode() const {
  std::string file;
  for (const auto& [name, topic] : topics_) append_frame(file, frame_version, encode_topic(topic));
  for (const Uuid& id : deleted_) {
    std::string out;
    append_integer(out, kind_deleted);
    append_uuid(out, id);
    append_frame(file, frame_version, out);
  }
  return file;
}

Result<TopicStore> TopicStore::decode(BytesView file) {
  const Result<std::vector<Frame>> frames = parse_frames(file);
  if (!frames) return frames.error();
  TopicStore store;
  for (const Frame& frame : *frames) {
    if (frame.version > frame_version) {
      return Error(ErrorCode::data_from_newer_version,
                   "topics of version " + std::to_string(frame.version));
    }
    wire::Reader in(frame.data);
    const std::int8_t kind = in.int8("kind");
    if (kind == kind_topic) {
      store.put(decode_topic(in));
    } else if (kind == kind_deleted) {
      store.deleted_.insert(in.uuid("id"));
    } else {
      in.fail("kind", "it is not known");
    }
    if (!in.ok()) return in.error();
  }
  return store;
}

}  // namespace barnabas::broker::storage
