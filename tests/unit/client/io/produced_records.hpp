#pragma once

#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_reader.hpp"
#include "tests/support/produce_log.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

/// A record as the broker got it.
struct ReadRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::int64_t timestamp = -1;
};

inline std::vector<ReadRecord> records_of(const ProduceLog::Attempt& attempt) {
  records::BatchReader batches(BytesView(attempt.bytes.data(), attempt.bytes.size()));
  records::BatchView batch;
  REQUIRE(batches.next(batch));
  compression::Decompressor decompressor;
  ByteBuffer storage;
  auto reader = records::open_batch(batch, decompressor, storage);
  REQUIRE(reader);
  std::vector<ReadRecord> all;
  const auto text = [](const std::optional<BytesView>& bytes) {
    return bytes ? std::optional<std::string>(bytes->text()) : std::nullopt;
  };
  for (records::RecordView record; reader->next(record);) {
    ReadRecord& read = all.emplace_back();
    read.key = text(record.key);
    read.value = text(record.value);
    read.timestamp = record.timestamp;
    for (const HeaderView& header : record.headers) {
      read.headers.emplace_back(header.key, text(header.value));
    }
  }
  return all;
}

/// No answer ever, and nothing is stored.
inline ProduceLog::Decision silence() {
  ProduceLog::Decision decision;
  decision.append = false;
  decision.silent = true;
  return decision;
}

}  // namespace barnabas::test
