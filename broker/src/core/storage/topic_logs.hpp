#pragma once

#include "broker/src/core/storage/checkpoints.hpp"
#include "broker/src/core/storage/data_folder.hpp"
#include "broker/src/core/storage/log_set.hpp"
#include "broker/src/core/storage/topic_folders.hpp"
#include "broker/src/core/storage/topic_store.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker::storage {

/// The topics of a data folder and their logs: loads them, makes and removes them. The file with
/// the topics is changed first in what counts: a topic is there, or gone, when that is durable.
/// Thread-safety: none.
class TopicLogs {
 public:
  /// Lifetime: all outlive this.
  TopicLogs(DataFolder& data, Checkpoints& checkpoints) : data_(data), checkpoints_(checkpoints) {}

  const TopicStore& topics() const noexcept { return topics_; }
  const LogSet& logs() const noexcept { return logs_; }

  struct Origin {
    bool clean = false;   ///< The folder was closed cleanly.
    bool kafkas = false;  ///< No broker of ours has made the folder its own yet.
  };
  /// Loads all logs. `seed`: for ids of topics that have none. Errors: of the disk,
  /// malformed_message, data_from_newer_version.
  Result<void> load(const Now& now, const Origin& origin, std::uint64_t seed);

  /// As in LogManager.
  Result<void> create(const Now& now, StoredTopic topic);
  Result<void> remove(const Now& now, std::string_view name);
  Result<void> add_partitions(const Now& now, std::string_view name, std::int32_t new_count);
  Result<void> set_properties(std::string_view name, TopicProperties properties);

  /// Goes on with what waited for the file to be durable.
  void progress();

 private:
  // What follows once a change of the file is durable.
  struct Waiting {
    StateFiles::Ticket ticket;
    std::string created;                // the topic whose logs count from then on
    std::vector<std::string> discards;  // folders that go then
  };

  Result<void> open(const Now& now, const TopicPartition& partition, bool exists,
                    const Origin& origin);
  Result<void> make(const TopicPartition& partition, const Uuid& topic_id, const LogConfig& config,
                    bool clean);
  Result<FileId> write_metadata(const std::string& folder, const Uuid& topic_id);
  /// Destroys the logs of a topic and renames their folders; returns the new names.
  Result<std::vector<std::string>> take_out(const Now& now, const StoredTopic& topic,
                                            std::int32_t first_partition);
  LogConfig config_of(const Now& now, const StoredTopic& topic) const;
  StateFiles::Ticket commit();

  DataFolder& data_;
  Checkpoints& checkpoints_;
  TopicStore topics_;
  LogSet logs_;
  std::vector<Waiting> waiting_;
};

/// Kafka's rule: 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', but neither "." nor
/// "..". Errors: invalid_topic_exception.
Result<void> check_topic_name(std::string_view name);

}  // namespace barnabas::broker::storage
