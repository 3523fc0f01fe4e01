#include "broker/src/core/storage/file_names.hpp"

#include <algorithm>
#include <charconv>

namespace barnabas::broker::storage {

namespace {

constexpr std::size_t offset_digits = 20;
constexpr std::size_t longest_name = 255;
constexpr std::string_view delete_suffix = "-delete";

template <class Integer>
std::optional<Integer> parse_number(std::string_view text) {
  Integer number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0 ||
      text.front() == '-') {
    return std::nullopt;
  }
  return number;
}

void append_hex(std::string& out, std::uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4) {
    out += "0123456789abcdef"[(number >> shift) & 0xF];
  }
}

}  // namespace

std::string segment_file(std::int64_t base_offset, std::string_view suffix) {
  const std::string digits = std::to_string(base_offset);
  return std::string(offset_digits - std::min(offset_digits, digits.size()), '0') + digits +
         std::string(suffix);
}

std::optional<SegmentFileName> parse_segment_file(std::string_view name) {
  if (name.size() <= offset_digits || name[offset_digits] != '.') return std::nullopt;
  const auto offset = parse_number<std::int64_t>(name.substr(0, offset_digits));
  if (!offset) return std::nullopt;
  return SegmentFileName{*offset, std::string(name.substr(offset_digits))};
}

std::string partition_folder(const TopicPartition& partition) {
  return partition.topic + "-" + std::to_string(partition.partition);
}

std::string deleted_folder(const TopicPartition& partition, const Uuid& topic_id) {
  std::string end = "-" + std::to_string(partition.partition) + ".";
  append_hex(end, topic_id.high());
  append_hex(end, topic_id.low());
  end += delete_suffix;
  return partition.topic.substr(0, longest_name - end.size()) + end;
}

std::optional<TopicPartition> parse_partition_folder(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  const auto number = parse_number<std::int32_t>(name.substr(dash + 1));
  if (!number) return std::nullopt;
  return TopicPartition(std::string(name.substr(0, dash)), *number);
}

std::optional<std::int32_t> parse_deleted_folder(std::string_view name) {
  if (!name.ends_with(delete_suffix)) return std::nullopt;
  name.remove_suffix(delete_suffix.size());
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto partition = parse_partition_folder(name.substr(0, dot));
  if (!partition) return std::nullopt;
  return partition->partition;
}

std::string path_in(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty()) path += '/';
  path += name;
  return path;
}

}  // namespace barnabas::broker::storage
