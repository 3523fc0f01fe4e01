#include "tests/simulation/broker_watch.hpp"

#include "broker/src/core/group/group_records.hpp"
#include "broker/src/core/topic/record_listing.hpp"
#include "protocol/records/batch_reader.hpp"

#include <string_view>
#include <variant>

namespace barnabas::test {

namespace {

constexpr std::string_view offsets_topic = "__consumer_offsets";

Result<std::string> bytes_of(broker::storage::PartitionLog& log) {
  std::string bytes;
  const Result<void> read = broker::read_whole(log, [&](BytesView batches) -> Result<void> {
    bytes += batches.text();
    return {};
  });
  if (!read) return read.error();
  return bytes;
}

}  // namespace

void BrokerWatch::look() {
  if (!broker_.is_serving()) return;
  const broker::BrokerEngine& engine = *broker_.engine();
  has_offline_ = false;
  for (const auto& [name, topic] : engine.topics().all()) {
    if (topic.internal) continue;
    for (std::size_t index = 0; index < topic.partitions.size(); ++index) {
      const TopicPartition partition{name, static_cast<std::int32_t>(index)};
      const broker::storage::PartitionLog& log = *topic.partitions[index].log;
      if (!log.offline().ok()) {
        has_offline_ = true;
        if (!may_be_offline_)
          findings_.add("log-online", to_string(partition) + ": " + log.offline().to_string());
        continue;
      }
      std::int64_t& known = high_watermarks_[partition];
      const std::int64_t now = log.high_watermark();
      if (now < known && !lossy_) {
        findings_.add("high-watermark", to_string(partition) + " went back from " +
                                            std::to_string(known) + " to " + std::to_string(now));
      }
      known = now;
      if (now > log.log_end_offset()) {
        findings_.add("high-watermark", to_string(partition) + " is beyond the end");
      }
      if (lossy_) {
        for (const auto& group : groups_) group->log_lost(partition, log.log_end_offset());
      }
    }
  }
  follow_offsets();
}

void BrokerWatch::look_at_commits() {
  if (broker_.is_serving()) follow_offsets();
}

// Commits are read from where they are kept, so that what clients were told and what a restart will
// find are the same thing.
void BrokerWatch::follow_offsets() {
  if (boot_ != broker_.boots()) {
    followed_.clear();
    for (const auto& group : groups_) group->forget_commits();
  }
  boot_ = broker_.boots();
  const auto& topics = broker_.engine()->topics().all();
  const auto topic = topics.find(offsets_topic);
  if (topic == topics.end()) return;
  for (std::size_t index = 0; index < topic->second.partitions.size(); ++index) {
    std::int64_t& from = followed_[{topic->first, static_cast<std::int32_t>(index)}];
    broker::storage::PartitionLog& log = *topic->second.partitions[index].log;
    if (!log.offline().ok() && may_be_offline_) {
      has_offline_ = true;
      return;
    }
    while (from < log.high_watermark() && follow_offsets(log, from)) {
    }
    if (from < log.high_watermark()) return;  // the disk fails to be read; another time
  }
  for (const auto& group : groups_) group->take_commits(lossy_);
}

bool BrokerWatch::follow_offsets(broker::storage::PartitionLog& log, std::int64_t& from) {
  const auto read = log.read(from, std::size_t{1} << 20, broker::storage::ReadUpTo::high_watermark);
  if (!read || read->next_offset <= from) return false;
  from = read->next_offset;
  compression::Decompressor decompressor;
  for (const broker::storage::LogPiece& piece : read->pieces) {
    records::BatchReader batches{BytesView(piece.bytes)};
    for (records::BatchView batch; batches.next(batch);) {
      ByteBuffer storage;
      Result<records::RecordReader> reader = records::open_batch(batch, decompressor, storage);
      if (!reader) continue;
      for (records::RecordView record; reader->next(record);) {
        if (!record.key || !record.value) continue;
        const auto change = broker::parse_group_record(*record.key, record.value);
        const auto* commit = change ? std::get_if<broker::OffsetChange>(&*change) : nullptr;
        if (!commit || !commit->offset) continue;
        for (const auto& group : groups_) {
          if (group->id() == commit->group_id) {
            group->note_commit(commit->partition, commit->offset->offset, lossy_);
          }
        }
      }
    }
  }
  return true;
}

template <class Content>
std::map<TopicPartition, Content> BrokerWatch::read_logs(
    Result<Content> (*read)(broker::storage::PartitionLog& log)) {
  std::map<TopicPartition, Content> logs;
  for (const auto& [name, topic] : broker_.engine()->topics().all()) {
    if (topic.internal) continue;
    for (std::size_t index = 0; index < topic.partitions.size(); ++index) {
      const TopicPartition partition{name, static_cast<std::int32_t>(index)};
      Result<Content> content = read(*topic.partitions[index].log);
      if (!content) {
        findings_.add("log-readable", to_string(partition) + ": " + content.error().to_string());
        continue;
      }
      logs[partition] = *std::move(content);
    }
  }
  return logs;
}

BrokerWatch::Logs BrokerWatch::logs() { return read_logs(&broker::list_records); }

BrokerWatch::LogBytes BrokerWatch::log_bytes() { return read_logs(&bytes_of); }

}  // namespace barnabas::test
