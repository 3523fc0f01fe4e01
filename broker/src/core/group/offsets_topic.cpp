#include "broker/src/core/group/offsets_topic.hpp"

#include "protocol/base/planted_bug.hpp"
#include "protocol/records/batch_builder.hpp"
#include "protocol/records/batch_reader.hpp"

#include <limits>
#include <memory>

namespace barnabas::broker {
namespace {

constexpr std::size_t replay_read_size = std::size_t{1} << 20;

BytesView view(const std::vector<std::byte>& bytes) { return {bytes.data(), bytes.size()}; }

// One batch of all records, in one piece.
Result<std::shared_ptr<std::vector<std::byte>>> build_batch(
    const Now& now, const std::vector<CoordinatorRecord>& records) {
  records::HeapChunks chunks;
  records::BatchBuilder builder(chunks, std::numeric_limits<std::int32_t>::max());
  for (const CoordinatorRecord& record : records) {
    records::NewRecord entry;
    entry.timestamp = now.wall;
    entry.key = view(record.key);
    if (record.value) entry.value = view(*record.value);
    if (builder.append(entry) != records::AppendResult::appended) {
      return Error(ErrorCode::record_list_too_large, "records of a group exceed one batch");
    }
  }
  compression::Compressor compressor;
  if (Result<void> finished = builder.finish(uncompressed(), compressor); !finished) {
    return finished.error();
  }
  auto batch = std::make_shared<std::vector<std::byte>>();
  batch->reserve(builder.size());
  for (const auto& segment : builder.segments()) {
    batch->insert(batch->end(), segment.begin(), segment.end());
  }
  return batch;
}

}  // namespace

OffsetsTopic::OffsetsTopic(TopicRegistry& topics, storage::LogManager& logs, CommitWaits& waits,
                           CoordinatorPlaces& places, std::function<Now()> clock)
    : topics_(topics), logs_(logs), waits_(waits), places_(places), clock_(std::move(clock)) {}

void OffsetsTopic::append(std::string_view group_id, std::vector<CoordinatorRecord> records,
                          Done done) {
  const Now now = clock_();
  const auto fail = [&](Error error) { done(now, error.within(offsets_topic_name)); };
  Result<const Topic*> topic = topics_.find_or_create(now, offsets_topic_name);
  if (!topic) return fail(std::move(topic).error());
  places_.set_partitions((*topic)->partitions.size());
  storage::PartitionLog* log = logs_.log(offsets_topic_name, places_.partition_of(group_id));
  if (log == nullptr) {
    return fail(Error(ErrorCode::kafka_storage_error, "the group's partition does not exist"));
  }
  auto batch = build_batch(now, records);
  if (!batch) return fail(std::move(batch).error());
  const Result<storage::Appended> appended =
      log->append(now, {**batch, *batch}, storage::AppendOrigin::coordinator);
  if (!appended) return fail(appended.error());
  waits_.add(now, *log, appended->last_offset, std::nullopt,
             [done = std::move(done)](const Now& then, ErrorCode code) {
               if (code == ErrorCode::none) return done(then, {});
               done(then, Error(code, std::string(offsets_topic_name)));
             });
}

Result<void> OffsetsTopic::replay(GroupCoordinator& coordinator) {
  const Topic* topic = topics_.find(offsets_topic_name);
  if (topic == nullptr) return {};
  places_.set_partitions(topic->partitions.size());
  for (std::int32_t partition = 0;; ++partition) {
    storage::PartitionLog* log = logs_.log(offsets_topic_name, partition);
    if (log == nullptr) return {};
    if (!log->offline().ok()) {
      places_.set_unreadable(partition);
      continue;
    }
    if (Result<void> replayed = replay_partition(*log, coordinator); !replayed) {
      return replayed.error().within(to_string(log->partition()));
    }
  }
}

Result<void> OffsetsTopic::replay_partition(storage::PartitionLog& log,
                                            GroupCoordinator& coordinator) {
  compression::Decompressor decompressor;
  ByteBuffer storage;
  for (std::int64_t offset = log.log_start_offset(); offset < log.log_end_offset();) {
    const Result<storage::LogRead> read =
        log.read(offset, replay_read_size, storage::ReadUpTo::log_end);
    if (!read) return read.error();
    for (const storage::LogPiece& piece : read->pieces) {
      records::BatchReader batches{BytesView(piece.bytes)};
      for (records::BatchView batch; batches.next(batch);) {
        const bool is_last = batch.header.next_offset() == log.log_end_offset();
        if (planted(PlantedBug::replay_stops_early) && is_last) break;
        Result<records::RecordReader> reader = records::open_batch(batch, decompressor, storage);
        if (!reader) return reader.error();
        for (records::RecordView record; reader->next(record);) {
          if (!record.key) continue;  // not written by a coordinator
          if (auto applied = coordinator.replay(*record.key, record.value); !applied) {
            return applied.error();
          }
        }
        if (reader->failed()) return reader->error();
      }
      if (batches.failed()) return batches.error();
    }
    if (read->next_offset <= offset) break;  // nothing more can be read
    offset = read->next_offset;
  }
  return {};
}

}  // namespace barnabas::broker
