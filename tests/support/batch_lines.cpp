#include "tests/support/batch_lines.hpp"

#include "protocol/base/random.hpp"
#include "protocol/records/control_record.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/split_line.hpp"

#include <limits>
#include <optional>

namespace barnabas::test {

namespace {

constexpr std::int64_t first_time = 1'700'000'000'000;

std::string text(const std::optional<BytesView>& bytes) { return bytes ? to_hex(*bytes) : "~"; }

std::string describe(const records::BatchView& batch) {
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  const records::BatchHeader& header = batch.header;
  std::string out = "batch magic=" + std::to_string(header.magic) +
                    " last=" + std::to_string(batch.last_offset());
  if (!batch.is_legacy()) {
    out += " base=" + std::to_string(header.base_offset);
    out += " epoch=" + std::to_string(header.partition_leader_epoch);
    out += " producer=" + std::to_string(header.producer_id) + "/" +
           std::to_string(header.producer_epoch) + "/" + std::to_string(header.base_sequence);
    out += std::string(" transactional=") + flag(header.is_transactional());
    out += std::string(" control=") + flag(header.is_control());
    out += std::string(" append-time=") +
           flag(header.timestamp_type() == records::TimestampType::log_append_time);
    out += " max=" + std::to_string(header.max_timestamp);
  }
  return out + ";";
}

std::string describe(const records::RecordView& record) {
  std::string out = std::to_string(record.offset) + " " + std::to_string(record.timestamp) + " " +
                    text(record.key) + " " + text(record.value);
  for (const records::HeaderView& header : record.headers) {
    out += " " + to_hex(BytesView(header.key)) + "=" + text(header.value);
  }
  return out + ";";
}

/// What is in `bytes`, or what is wrong with them.
std::string describe(BytesView bytes) {
  std::string out;
  compression::Decompressor decompressor;
  records::BatchReader batches(bytes);
  for (records::BatchView batch; batches.next(batch);) {
    out += describe(batch);
    ByteBuffer storage;
    Result<records::RecordReader> reader = records::open_batch(batch, decompressor, storage);
    if (!reader) return reader.error().to_string();
    for (records::RecordView record; reader->next(record);) out += describe(record);
    if (reader->failed()) return reader->error().to_string();
  }
  if (batches.failed()) return batches.error().to_string();
  if (batches.position() != bytes.size()) return "the last batch is cut short";
  return out;
}

std::optional<std::string> random_text(Random& random, std::uint64_t limit) {
  if (random.below(5) == 0) return std::nullopt;
  std::string out(random.below(limit), 'a');
  for (char& c : out) c = static_cast<char>('a' + random.below(4));
  return out;
}

std::vector<OwnedRecord> random_records(Random& random) {
  std::vector<OwnedRecord> records(1 + random.below(12));
  Timestamp time = first_time;
  for (OwnedRecord& record : records) {
    time += static_cast<Timestamp>(random.below(2000)) - 500;
    record.timestamp = time;
    record.key = random_text(random, 12);
    record.value = random_text(random, 60);
    for (std::uint64_t count = random.below(3); count > 0; --count) {
      record.headers.emplace_back("h\xC3\xA4" + std::to_string(count), random_text(random, 4));
    }
  }
  return records;
}

std::vector<Compression> compressions() {
  std::vector<Compression> all = {uncompressed()};
  if (is_available(Codec::snappy)) all.push_back(snappy());
  for (int level = 1; level <= 9; ++level) all.push_back(gzip(level));
  for (int level = 1; is_available(Codec::lz4) && level <= 17; ++level) all.push_back(lz4(level));
  for (int level = -7; is_available(Codec::zstd) && level <= 22; ++level)
    all.push_back(zstd(level));
  if (is_available(Codec::zstd)) all.push_back(zstd(-131072));
  return all;
}

std::string line(const std::string& name, BytesView bytes) {
  return name + "\t" + to_hex(bytes) + "\t" + describe(bytes);
}

}  // namespace

std::vector<std::string> random_batch_lines(std::uint64_t seed) {
  Random random(seed);
  std::vector<std::string> lines;
  for (const Compression& compression : compressions()) {
    records::ProducerStamp stamp;
    if (random.below(2) == 0) {
      stamp.producer_id = static_cast<std::int64_t>(random.below(1U << 30));
      stamp.producer_epoch = static_cast<std::int16_t>(random.below(100));
      stamp.base_sequence =
          std::numeric_limits<std::int32_t>::max() - static_cast<std::int32_t>(random.below(4));
      stamp.transactional = random.below(2) == 0;
    }
    const auto base = static_cast<std::int64_t>(random.below(1000));
    const std::vector<std::byte> bytes =
        make_batch(random_records(random), compression, stamp, base);
    lines.push_back(line(compression.to_string(), {bytes.data(), bytes.size()}));
  }
  for (const bool committed : {true, false}) {
    const auto bytes = records::encode_end_transaction({committed, 17}, 4711, 3, first_time);
    lines.push_back(line(committed ? "commit" : "abort", {bytes.data(), bytes.size()}));
  }
  return lines;
}

std::string check_batch_line(std::string_view line) {
  const std::vector<std::string_view> words = split_line(line);
  if (words.size() != 3) return "not a batch line";
  const std::vector<std::byte> bytes = from_hex(words[1]);
  const std::string found = describe(BytesView(bytes.data(), bytes.size()));
  if (found == words[2]) return {};
  return "with us    " + found + "\n  with Kafka " + std::string(words[2]);
}

}  // namespace barnabas::test
