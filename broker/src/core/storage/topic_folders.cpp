#include "broker/src/core/storage/topic_folders.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/folder_meta.hpp"
#include "broker/src/core/storage/small_file.hpp"
#include "protocol/base/random.hpp"

#include <algorithm>
#include <optional>

namespace barnabas::broker::storage {

namespace {

constexpr std::string_view stray_suffix = "-stray";

class Matcher {
 public:
  Matcher(Disk& disk, TopicStore& topics, std::uint64_t seed)
      : disk_(disk), topics_(topics), random_(seed) {}

  Result<TopicFolders> match();

 private:
  /// A zero id when the folder does not tell.
  Result<Uuid> id_of(const std::string& folder);
  Result<void> removed_folder(const std::string& folder, std::int32_t partition);
  Result<void> partition_folder_found(const std::string& folder, const TopicPartition& partition);
  Result<void> put_aside(const std::string& folder, const TopicPartition& partition,
                         const Uuid& id);
  void adopt(const TopicPartition& partition, const Uuid& id);

  Disk& disk_;
  TopicStore& topics_;
  Random random_;
  TopicFolders result_;
};

Result<TopicFolders> Matcher::match() {
  const Result<std::vector<FolderEntry>> entries = disk_.list("");
  if (!entries) return entries.error();
  for (const FolderEntry& entry : *entries) {
    if (!entry.is_folder) continue;
    if (const auto partition = parse_partition_folder(entry.name)) {
      const Result<void> matched = partition_folder_found(entry.name, *partition);
      if (!matched) return matched.error();
    }
  }
  for (const FolderEntry& entry : *entries) {
    if (!entry.is_folder) continue;
    if (const auto partition = parse_deleted_folder(entry.name)) {
      const Result<void> matched = removed_folder(entry.name, *partition);
      if (!matched) return matched.error();
    }
  }
  for (const auto& [name, topic] : topics_.topics()) {
    for (std::int32_t at = 0; at < topic.partitions; ++at) {
      result_.partitions.try_emplace(TopicPartition(name, at));
    }
  }
  return std::move(result_);
}

Result<void> Matcher::partition_folder_found(const std::string& folder,
                                             const TopicPartition& partition) {
  const Result<Uuid> id = id_of(folder);
  if (!id) return id.error();
  const StoredTopic* topic = topics_.find(partition.topic);
  const bool known = topic != nullptr && (id->is_zero() || topic->id == *id);
  if (known && partition.partition < topic->partitions) {
    result_.partitions[partition] = true;
    return {};
  }
  if (topics_.is_deleted(*id)) {
    const std::string doomed = deleted_folder(partition, *id);
    result_.deleted.push_back(doomed);
    return disk_.rename(folder, doomed);
  }
  if (topic != nullptr && !known) return put_aside(folder, partition, *id);
  adopt(partition, *id);
  return {};
}

// A removal that was not registered did not happen.
Result<void> Matcher::removed_folder(const std::string& folder, std::int32_t partition) {
  const Result<Uuid> id = id_of(folder);
  if (!id) return id.error();
  const StoredTopic* topic = id->is_zero() ? nullptr : topics_.find(*id);
  const bool was_removed = topic == nullptr || partition >= topic->partitions ||
                           result_.partitions.contains({topic->name, partition});
  if (was_removed) {
    result_.deleted.push_back(folder);
    return {};
  }
  const TopicPartition restored(topic->name, partition);
  result_.partitions[restored] = true;
  return disk_.rename(folder, partition_folder(restored));
}

Result<Uuid> Matcher::id_of(const std::string& folder) {
  const auto file = read_small_file(disk_, path_in(folder, file_name::partition_metadata));
  if (!file) return file.error();
  if (!*file) return Uuid();
  const Result<Uuid> id = decode_partition_metadata(**file);
  return id ? *id : Uuid();
}

Result<void> Matcher::put_aside(const std::string& folder, const TopicPartition& partition,
                                const Uuid& id) {
  std::string name = deleted_folder(partition, id);
  name.replace(name.rfind("-delete"), std::string::npos, stray_suffix);
  result_.remarks.push_back(folder + " belongs to another topic of that name; it is " + name +
                            " now");
  return disk_.rename(folder, name);
}

void Matcher::adopt(const TopicPartition& partition, const Uuid& id) {
  const StoredTopic* known = topics_.find(partition.topic);
  StoredTopic topic = known != nullptr ? *known : StoredTopic();
  if (known == nullptr) {
    topic.name = partition.topic;
    topic.id = id.is_zero() ? random_.uuid() : id;
    result_.remarks.push_back("topic " + topic.name + " was found and is registered now");
  }
  topic.partitions = std::max(topic.partitions, partition.partition + 1);
  topics_.put(std::move(topic));
  result_.partitions[partition] = true;
  result_.topics_changed = true;
}

}  // namespace

Result<TopicFolders> match_topic_folders(Disk& disk, TopicStore& topics, std::uint64_t seed) {
  return Matcher(disk, topics, seed).match();
}

}  // namespace barnabas::broker::storage
