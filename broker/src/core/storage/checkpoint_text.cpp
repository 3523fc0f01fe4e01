#include "broker/src/core/storage/checkpoint_text.hpp"

#include <array>
#include <charconv>
#include <optional>

namespace barnabas::broker::storage {

namespace {

template <class Integer>
bool parse(std::string_view text, Integer& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

/// Splits into exactly `count` words.
template <std::size_t count>
std::optional<std::array<std::string_view, count>> words(std::string_view line) {
  std::array<std::string_view, count> result;
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t space = line.find(' ');
    const bool last = at + 1 == count;
    if (last != (space == std::string_view::npos)) return std::nullopt;
    result[at] = line.substr(0, space);
    if (result[at].empty()) return std::nullopt;
    if (!last) line.remove_prefix(space + 1);
  }
  return result;
}

std::string encode(std::size_t count, const std::string& entries) {
  return "0\n" + std::to_string(count) + "\n" + entries;
}

/// Calls `entry(line)` for each entry; false refuses it.
template <class Entry>
Result<void> decode(std::string_view text, Entry entry) {
  std::size_t number = 0;
  std::size_t expected = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    bool good = end != std::string_view::npos;
    if (number == 1) {
      good = good && line == "0";
    } else if (number == 2) {
      good = good && parse(line, expected);
    } else {
      good = good && entry(line);
    }
    if (!good) {
      return Error(ErrorCode::malformed_message,
                   "line " + std::to_string(number) + " \"" + std::string(line) + "\"");
    }
    text.remove_prefix(end + 1);
  }
  if (number < 2 || number - 2 != expected) {
    return Error(ErrorCode::malformed_message, "the number of lines is not what line 2 says");
  }
  return {};
}

}  // namespace

std::string encode_offset_checkpoint(const OffsetCheckpoint& offsets) {
  std::string lines;
  for (const auto& [partition, offset] : offsets) {
    lines += partition.topic + " " + std::to_string(partition.partition) + " " +
             std::to_string(offset) + "\n";
  }
  return encode(offsets.size(), lines);
}

Result<OffsetCheckpoint> decode_offset_checkpoint(std::string_view text) {
  OffsetCheckpoint offsets;
  const Result<void> read = decode(text, [&](std::string_view line) {
    const auto fields = words<3>(line);
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    if (!fields || !parse((*fields)[1], partition) || !parse((*fields)[2], offset)) return false;
    return offsets.try_emplace({std::string((*fields)[0]), partition}, offset).second;
  });
  if (!read) return read.error();
  return offsets;
}

std::string encode_epoch_checkpoint(std::span<const EpochStart> epochs) {
  std::string lines;
  for (const EpochStart& entry : epochs) {
    lines += std::to_string(entry.epoch) + " " + std::to_string(entry.start_offset) + "\n";
  }
  return encode(epochs.size(), lines);
}

Result<std::vector<EpochStart>> decode_epoch_checkpoint(std::string_view text) {
  std::vector<EpochStart> epochs;
  const Result<void> read = decode(text, [&](std::string_view line) {
    const auto fields = words<2>(line);
    EpochStart entry;
    if (!fields || !parse((*fields)[0], entry.epoch) || !parse((*fields)[1], entry.start_offset)) {
      return false;
    }
    epochs.push_back(entry);
    return true;
  });
  if (!read) return read.error();
  return epochs;
}

}  // namespace barnabas::broker::storage
