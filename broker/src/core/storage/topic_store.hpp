#pragma once

#include "broker/src/core/storage/log_config.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>
#include <barnabas/uuid.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace barnabas::broker::storage {

/// A topic as it is stored.
struct StoredTopic {
  std::string name;
  Uuid id;
  std::int32_t partitions = 0;
  TopicProperties properties;
  bool operator==(const StoredTopic&) const = default;
};

/// The topics of a data folder, and which deleted ones may still have files. The file with them
/// decides: folders follow it.
///
/// The file consists of frames (record_frame.hpp), version 0: int8 kind, then of a topic (kind 1)
/// its name, uuid, int32 partitions, int32 count of properties, names and values; of a deleted one
/// (kind 2) its uuid. Texts: int32 length, bytes.
/// Thread-safety: none.
class TopicStore {
 public:
  using Topics = std::map<std::string, StoredTopic, std::less<>>;

  const Topics& topics() const noexcept { return topics_; }
  const StoredTopic* find(std::string_view name) const;
  const StoredTopic* find(const Uuid& id) const;
  /// Replaces the one of the same name.
  void put(StoredTopic topic);
  /// Takes a topic out and remembers its id as deleted.
  void remove(std::string_view name);

  bool is_deleted(const Uuid& id) const { return deleted_.contains(id); }
  /// Nothing of the deleted topics is left.
  void forget_deleted() noexcept { deleted_.clear(); }

  std::string encode() const;
  /// Errors: malformed_message, data_from_newer_version.
  static Result<TopicStore> decode(BytesView file);

 private:
  Topics topics_;
  std::set<Uuid> deleted_;
};

}  // namespace barnabas::broker::storage
