#include "broker/src/core/storage/checkpoints.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/small_file.hpp"

#include <optional>
#include <utility>

namespace barnabas::broker::storage {

namespace {

std::int64_t find(const OffsetCheckpoint& offsets, const TopicPartition& partition) {
  const auto entry = offsets.find(partition);
  return entry == offsets.end() ? 0 : entry->second;
}

bool has_topic(const OffsetCheckpoint& offsets, std::string_view topic) {
  const auto entry = offsets.lower_bound(TopicPartition(std::string(topic), 0));
  return entry != offsets.end() && entry->first.topic == topic;
}

}  // namespace

Result<bool> Checkpoints::load() {
  const Result<bool> recovery_points = load(file_name::recovery_points, recovery_points_);
  if (!recovery_points) return recovery_points;
  const Result<bool> log_starts = load(file_name::log_starts, log_starts_);
  if (!log_starts) return log_starts;
  return *recovery_points && *log_starts;
}

Result<bool> Checkpoints::load(std::string_view name, OffsetCheckpoint& offsets) {
  const Result<std::optional<std::string>> file = read_small_file(disk_, name);
  if (!file) return file.error();
  if (!*file) return true;
  Result<OffsetCheckpoint> decoded = decode_offset_checkpoint(**file);
  if (!decoded) return false;
  offsets = std::move(*decoded);
  return true;
}

std::int64_t Checkpoints::recovery_point(const TopicPartition& partition) const {
  return find(recovery_points_, partition);
}

std::int64_t Checkpoints::log_start(const TopicPartition& partition) const {
  return find(log_starts_, partition);
}

bool Checkpoints::mention(std::string_view topic) const {
  return has_topic(recovery_points_, topic) || has_topic(log_starts_, topic);
}

void Checkpoints::write(const LogSet& logs) {
  OffsetCheckpoint recovery_points;
  OffsetCheckpoint log_starts;
  OffsetCheckpoint high_watermarks;
  logs.for_each([&](const PartitionLog& log) {
    const TopicPartition& partition = log.partition();
    if (!log.offline().ok()) {
      // What is known of a damaged log stays known until it is repaired.
      recovery_points.emplace(partition, recovery_point(partition));
      log_starts.emplace(partition, log_start(partition));
      return;
    }
    recovery_points.emplace(partition, log.durable_offset());
    log_starts.emplace(partition, log.log_start_offset());
    high_watermarks.emplace(partition, log.high_watermark());
  });
  write(file_name::recovery_points, recovery_points);
  write(file_name::log_starts, log_starts);
  write(file_name::high_watermarks, high_watermarks);
  recovery_points_ = std::move(recovery_points);
  log_starts_ = std::move(log_starts);
}

void Checkpoints::write(std::string_view name, const OffsetCheckpoint& offsets) {
  std::string content = encode_offset_checkpoint(offsets);
  std::string& written = written_[name];
  if (written == content) return;
  written = content;
  ticket_ = files_.replace(name, std::move(content));
}

}  // namespace barnabas::broker::storage
