#include "broker/src/core/storage/topic_logs.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/folder_meta.hpp"
#include "broker/src/core/storage/log_recovery.hpp"
#include "broker/src/core/storage/small_file.hpp"

#include <memory>
#include <span>
#include <utility>

namespace barnabas::broker::storage {

namespace {

constexpr std::size_t longest_name = 249;

Error unknown_topic(std::string_view name) {
  return Error(ErrorCode::unknown_topic_or_partition, std::string(name));
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

Result<void> check_topic_name(std::string_view name) {
  bool good = !name.empty() && name.size() <= longest_name && name != "." && name != "..";
  for (const char c : name) good = good && is_name_character(c);
  if (good) return {};
  return Error(ErrorCode::invalid_topic_exception,
               "\"" + std::string(name) +
                   "\" is not a topic name: 1 to 249 letters, digits, '.', '_' or '-'");
}

Result<void> TopicLogs::load(const Now& now, const Origin& origin, std::uint64_t seed) {
  const auto file = read_small_file(data_.disk(), file_name::topics);
  if (!file) return file.error();
  if (*file) {
    Result<TopicStore> stored = TopicStore::decode(**file);
    if (!stored) return stored.error().within(file_name::topics);
    topics_ = std::move(*stored);
  }
  Result<TopicFolders> folders = match_topic_folders(data_.disk(), topics_, seed);
  if (!folders) return folders.error();
  for (const std::string& remark : folders->remarks) {
    data_.logger().log(now, LogLevel::warning, "data folder", {{"remark", remark}});
  }
  for (const auto& [partition, exists] : folders->partitions) {
    Result<void> opened = open(now, partition, exists, origin);
    if (!opened) return opened;
  }
  const bool changed = folders->topics_changed || !*file || !folders->deleted.empty();
  topics_.forget_deleted();
  if (changed) waiting_.push_back({commit(), {}, std::move(folders->deleted)});
  return {};
}

Result<void> TopicLogs::open(const Now& now, const TopicPartition& partition, bool exists,
                             const Origin& origin) {
  const StoredTopic& topic = *topics_.find(partition.topic);
  const LogConfig config = config_of(now, topic);
  const std::string folder = partition_folder(partition);
  LogToLoad log;
  log.folder = folder;
  log.clean = origin.clean;
  log.recovery_point = checkpoints_.recovery_point(partition);
  log.log_start_offset = checkpoints_.log_start(partition);
  log.strict_offsets = !origin.kafkas;
  log.index_interval_bytes = config.index_interval_bytes;
  log.max_producers = data_.config().max_producers_per_partition;
  if (!exists && log.recovery_point <= log.log_start_offset) {
    return make(partition, topic.id, config, origin.clean);
  }
  LoadedLog loaded(data_.disk(), folder, log.max_producers);
  if (exists) {
    loaded = load_log(data_.disk(), data_.scratch(), now, log);
    const Result<FileId> metadata = write_metadata(folder, topic.id);
    if (!metadata) return metadata.error();
    data_.disk().close(*metadata);
  } else {
    loaded.offline = Error(ErrorCode::kafka_storage_error,
                           folder +
                               ": is missing although it was stored durably; restore it, or "
                               "delete the topic");
  }
  if (!loaded.offline.ok()) {
    data_.logger().log(now, LogLevel::error, "partition offline", {{"error", loaded.offline}});
  } else if (loaded.truncated_bytes > 0) {
    data_.logger().log(now, LogLevel::warning, "log cut off where it was not whole",
                       {{"partition", to_string(partition)},
                        {"offset", loaded.log_end_offset},
                        {"bytes", loaded.truncated_bytes}});
  }
  const bool clean_names = loaded.clean;
  PartitionLog& added =
      logs_.add(std::make_unique<PartitionLog>(data_, partition, config, std::move(loaded)));
  if (!clean_names) added.names_in_doubt();
  return {};
}

Result<void> TopicLogs::make(const TopicPartition& partition, const Uuid& topic_id,
                             const LogConfig& config, bool clean) {
  LogToLoad log;
  log.folder = partition_folder(partition);
  log.index_interval_bytes = config.index_interval_bytes;
  log.max_producers = data_.config().max_producers_per_partition;
  const Result<void> folder = data_.disk().make_folder(log.folder);
  if (!folder) return folder;
  LoadedLog created = create_log(data_.disk(), log, 0);
  if (!created.offline.ok()) return created.offline;
  created.clean = clean;
  const Result<FileId> metadata = write_metadata(log.folder, topic_id);
  if (!metadata) return metadata.error();
  PartitionLog& added =
      logs_.add(std::make_unique<PartitionLog>(data_, partition, config, std::move(created)));
  added.folder_created(*metadata);
  return {};
}

Result<FileId> TopicLogs::write_metadata(const std::string& folder, const Uuid& topic_id) {
  Disk& disk = data_.disk();
  const Result<FileId> file =
      disk.open(path_in(folder, file_name::partition_metadata), OpenMode::create);
  if (!file) return file;
  const std::string text = encode_partition_metadata(topic_id);
  const std::span<const std::byte> part = BytesView(text).span();
  const Result<void> written = disk.write(*file, 0, {&part, 1});
  if (written) return file;
  disk.close(*file);
  return written.error();
}

Result<void> TopicLogs::create(const Now& now, StoredTopic topic) {
  Result<void> allowed = check_topic_name(topic.name);
  if (allowed) allowed = data_.admit(now, 0);
  if (!allowed) return allowed;
  if (topics_.find(topic.name) != nullptr) {
    return Error(ErrorCode::topic_already_exists, topic.name);
  }
  if (topic.partitions < 1) {
    return Error(ErrorCode::invalid_partitions,
                 topic.name + ": " + std::to_string(topic.partitions) + " partitions");
  }
  const Result<LogConfig> config = apply_topic_properties(data_.config().log, topic.properties);
  if (!config) return config.error().within(topic.name);
  // What the checkpoints say of an earlier topic must be gone before one of the same name exists.
  if (checkpoints_.mention(topic.name)) checkpoints_.write(logs_);
  for (std::int32_t at = 0; at < topic.partitions; ++at) {
    const Result<void> made = make({topic.name, at}, topic.id, *config, true);
    if (made) continue;
    const Error error = data_.change_failed(now, made.error()).within(topic.name);
    Result<std::vector<std::string>> folders = take_out(now, topic, 0);
    if (folders) {
      for (const std::string& folder : *folders) data_.disk().discard(folder);
    }
    return error;
  }
  const std::string name = topic.name;
  topics_.put(std::move(topic));
  waiting_.push_back({commit(), name, {}});
  logs_.for_each_of(name, [](PartitionLog& log) { log.await_registration(); });
  return {};
}

Result<void> TopicLogs::remove(const Now& now, std::string_view name) {
  const StoredTopic* topic = topics_.find(name);
  if (topic == nullptr) return unknown_topic(name);
  if (Result<void> usable = data_.check(); !usable) return usable;
  Result<std::vector<std::string>> folders = take_out(now, *topic, 0);
  if (!folders) return folders.error();
  topics_.remove(name);
  waiting_.push_back({commit(), {}, std::move(*folders)});
  return {};
}

Result<std::vector<std::string>> TopicLogs::take_out(const Now& now, const StoredTopic& topic,
                                                     std::int32_t first_partition) {
  logs_.remove(topic.name, first_partition);
  std::vector<std::string> folders;
  for (std::int32_t at = first_partition; at < topic.partitions; ++at) {
    const TopicPartition partition(topic.name, at);
    const std::string folder = partition_folder(partition);
    const Result<bool> exists = data_.disk().exists(folder);
    if (exists && !*exists) continue;
    const std::string doomed = deleted_folder(partition, topic.id);
    const Result<void> renamed = exists ? data_.disk().rename(folder, doomed) : exists.error();
    if (!renamed) return data_.change_failed(now, renamed.error());
    folders.push_back(doomed);
  }
  return folders;
}

Result<void> TopicLogs::add_partitions(const Now& now, std::string_view name,
                                       std::int32_t new_count) {
  const StoredTopic* stored = topics_.find(name);
  if (stored == nullptr) return unknown_topic(name);
  if (Result<void> allowed = data_.admit(now, 0); !allowed) return allowed;
  StoredTopic topic = *stored;
  const std::int32_t old_count = std::exchange(topic.partitions, new_count);
  if (new_count <= old_count) {
    return Error(ErrorCode::invalid_partitions,
                 topic.name + " has " + std::to_string(old_count) + " partitions already");
  }
  const LogConfig config = config_of(now, topic);
  for (std::int32_t at = old_count; at < new_count; ++at) {
    const Result<void> made = make({topic.name, at}, topic.id, config, true);
    if (made) continue;
    const Error error = data_.change_failed(now, made.error()).within(topic.name);
    Result<std::vector<std::string>> folders = take_out(now, topic, old_count);
    if (folders) {
      for (const std::string& folder : *folders) data_.disk().discard(folder);
    }
    return error;
  }
  for (std::int32_t at = old_count; at < new_count; ++at) {
    logs_.find(name, at)->await_registration();
  }
  const std::string created = topic.name;
  topics_.put(std::move(topic));
  waiting_.push_back({commit(), created, {}});
  return {};
}

Result<void> TopicLogs::set_properties(std::string_view name, TopicProperties properties) {
  const StoredTopic* stored = topics_.find(name);
  if (stored == nullptr) return unknown_topic(name);
  if (Result<void> usable = data_.check(); !usable) return usable;
  const Result<LogConfig> config = apply_topic_properties(data_.config().log, properties);
  if (!config) return config.error().within(name);
  StoredTopic topic = *stored;
  topic.properties = std::move(properties);
  for (std::int32_t at = 0; at < topic.partitions; ++at) {
    if (PartitionLog* log = logs_.find(name, at)) log->set_config(*config);
  }
  topics_.put(std::move(topic));
  commit();
  return {};
}

void TopicLogs::progress() {
  const StateFiles& files = data_.state_files();
  // On a full disk the file waits for space, and the removal of the folders may give it.
  const bool no_space = files.step() == StateFiles::Step::waiting;
  for (Waiting& waiting : waiting_) {
    const bool done = files.done(waiting.ticket);
    if (!done && !no_space) break;
    for (const std::string& folder : std::exchange(waiting.discards, {})) {
      data_.disk().discard(folder);
    }
    if (done) {
      logs_.for_each_of(waiting.created, [](PartitionLog& log) { log.registered(); });
    }
  }
  std::erase_if(waiting_, [&](const Waiting& waiting) { return files.done(waiting.ticket); });
  // The new names of all removed folders are durable as well then.
  if (waiting_.empty()) topics_.forget_deleted();
}

LogConfig TopicLogs::config_of(const Now& now, const StoredTopic& topic) const {
  const Result<LogConfig> config = apply_topic_properties(data_.config().log, topic.properties);
  if (config) return *config;
  data_.logger().log(now, LogLevel::warning, "stored topic property is not valid, left out",
                     {{"topic", topic.name}, {"error", config.error()}});
  return data_.config().log;
}

StateFiles::Ticket TopicLogs::commit() {
  return data_.state_files().replace(file_name::topics, topics_.encode());
}

}  // namespace barnabas::broker::storage
