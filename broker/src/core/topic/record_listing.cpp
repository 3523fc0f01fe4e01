#include "broker/src/core/topic/record_listing.hpp"

#include "protocol/records/batch_reader.hpp"

#include <string>
#include <utility>

namespace barnabas::broker {
namespace {

constexpr std::size_t read_size = std::size_t{1} << 20;

std::optional<std::string> text_of(const std::optional<BytesView>& bytes) {
  if (!bytes) return std::nullopt;
  return std::string(bytes->text());
}

StoredRecord stored(const records::BatchHeader& header, const records::RecordView& record) {
  StoredRecord copy;
  copy.offset = record.offset;
  copy.timestamp = record.timestamp;
  copy.key = text_of(record.key);
  copy.value = text_of(record.value);
  for (const HeaderView& entry : record.headers) {
    copy.headers.emplace_back(std::string(entry.key), text_of(entry.value));
  }
  copy.producer_id = header.producer_id;
  copy.leader_epoch = header.partition_leader_epoch;
  return copy;
}

/// Collects records piece by piece.
class Listing {
 public:
  explicit Listing(std::int64_t first) : first_(first) {}

  Result<void> add(BytesView data) {
    records::BatchReader batches(data);
    for (records::BatchView batch; batches.next(batch);) {
      if (batch.header.is_control()) continue;
      if (const Result<void> added = add(batch); !added) return added;
    }
    if (batches.failed()) return batches.error();
    return {};
  }
  std::vector<StoredRecord> take() { return std::move(records_); }

 private:
  Result<void> add(const records::BatchView& batch) {
    Result<records::RecordReader> reader = records::open_batch(batch, decompressor_, storage_);
    if (!reader) return reader.error();
    for (records::RecordView record; reader->next(record);) {
      // A batch may begin below what was deleted.
      if (record.offset >= first_) records_.push_back(stored(batch.header, record));
    }
    if (reader->failed()) return reader->error();
    return {};
  }

  std::int64_t first_;
  compression::Decompressor decompressor_;
  ByteBuffer storage_;
  std::vector<StoredRecord> records_;
};

}  // namespace

Result<void> read_whole(storage::PartitionLog& log,
                        const std::function<Result<void>(BytesView)>& take) {
  std::int64_t offset = log.log_start_offset();
  while (offset < log.log_end_offset()) {
    const Result<storage::LogRead> read = log.read(offset, read_size, storage::ReadUpTo::log_end);
    if (!read) return read.error();
    if (read->size == 0) break;
    for (const storage::LogPiece& piece : read->pieces) {
      if (const Result<void> taken = take(piece.bytes); !taken) return taken;
    }
    offset = read->next_offset;
  }
  return {};
}

Result<std::vector<StoredRecord>> list_records(storage::PartitionLog& log) {
  Listing listing(log.log_start_offset());
  const Result<void> read =
      read_whole(log, [&](BytesView batches) { return listing.add(batches); });
  if (!read) return read.error();
  return listing.take();
}

}  // namespace barnabas::broker
