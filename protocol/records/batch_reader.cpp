#include "protocol/records/batch_reader.hpp"

#include "protocol/records/legacy_message.hpp"
#include "protocol/records/legacy_message_set.hpp"
#include "protocol/wire/big_endian.hpp"

#include <string>
#include <utility>

namespace barnabas::records {
namespace {

// Where the magic stands in every format; with it a batch can be recognised.
constexpr std::size_t magic_at = 16;
constexpr std::int32_t smallest_length[] = {legacy_smallest_size, legacy_smallest_size,
                                            batch_header_size - batch_prefix_size};

Error corrupt(std::int64_t offset, const std::string& what) {
  return {ErrorCode::corrupt_message,
          "the batch at offset " + std::to_string(offset) + " has " + what};
}

}  // namespace

bool BatchReader::next(BatchView& batch) {
  const std::span<const std::byte> rest = data_.span().subspan(position_);
  if (failed() || rest.empty()) return false;
  if (rest.size() <= magic_at) return end_in_batch();
  const auto offset = static_cast<std::int64_t>(wire::load_big_endian<std::uint64_t>(rest.data()));
  const auto length = static_cast<std::int32_t>(
      wire::load_big_endian<std::uint32_t>(rest.data() + batch_prefix_size - 4));
  const auto magic = std::to_integer<std::int8_t>(rest[magic_at]);
  if (magic < 0 || magic > 2) return fail(corrupt(offset, "magic " + std::to_string(magic)));
  if (length < smallest_length[magic]) {
    return fail(corrupt(offset, "the length " + std::to_string(length)));
  }
  const std::size_t size = batch_prefix_size + static_cast<std::size_t>(length);
  if (size > rest.size()) return end_in_batch();
  batch.bytes = rest.first(size);
  Result<BatchHeader> header =
      magic == 2 ? BatchHeader::parse(batch.bytes) : parse_legacy_header(batch.bytes);
  if (!header) return fail(std::move(header).error());
  batch.header = *header;
  position_ += size;
  return true;
}

bool BatchReader::end_in_batch() noexcept {
  cut_short_ = true;
  return false;
}

bool BatchReader::fail(Error error) {
  error_ = std::move(error);
  return false;
}

Result<RecordReader> open_batch(const BatchView& batch, compression::Decompressor& decompressor,
                                ByteBuffer& storage, const OpenOptions& options) {
  if (batch.is_legacy()) return open_legacy_entry(batch, decompressor, storage, options);
  const BatchHeader& header = batch.header;
  if (options.check_crc && !crc_matches(batch.bytes)) {
    return corrupt(header.base_offset, "a wrong checksum");
  }
  const BytesView records = batch.bytes.span().subspan(batch_header_size);
  if (header.codec() == Codec::none) return RecordReader(header, records);
  storage.clear();
  const Result<void> decompressed =
      decompressor.decompress(header.codec(), records, options.max_decompressed_size, storage);
  if (!decompressed) {
    return decompressed.error().within("the batch at offset " + std::to_string(header.base_offset));
  }
  return RecordReader(header, storage.view());
}

}  // namespace barnabas::records
