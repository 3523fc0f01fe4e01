#include "broker/src/core/storage/folder_meta.hpp"

#include <charconv>
#include <map>
#include <optional>

namespace barnabas::broker::storage {

namespace {

constexpr std::int32_t kafka_version = 1;
constexpr std::string_view topic_id_line = "topic_id: ";

using Lines = std::map<std::string_view, std::string_view, std::less<>>;

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t equals = line.find('=');
    if (!line.starts_with('#') && equals != std::string_view::npos) {
      lines[line.substr(0, equals)] = line.substr(equals + 1);
    }
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

Error malformed(std::string_view key) {
  return Error(ErrorCode::malformed_message, "meta.properties: " + std::string(key));
}

Result<std::int32_t> number(const Lines& lines, std::string_view key,
                            std::optional<std::int32_t> missing) {
  const auto line = lines.find(key);
  if (line == lines.end()) {
    if (missing) return *missing;
    return malformed(key);
  }
  std::int32_t value = 0;
  const char* end = line->second.data() + line->second.size();
  const auto [parsed, error] = std::from_chars(line->second.data(), end, value);
  if (error != std::errc() || parsed != end) return malformed(key);
  return value;
}

Result<Uuid> uuid(const Lines& lines, std::string_view key, bool required) {
  const auto line = lines.find(key);
  if (line == lines.end() && !required) return Uuid();
  const std::optional<Uuid> id = line == lines.end() ? std::nullopt : Uuid::parse(line->second);
  if (!id) return malformed(key);
  return *id;
}

}  // namespace

std::string encode_folder_meta(const FolderMeta& meta) {
  return "version=" + std::to_string(kafka_version) +
         "\ncluster.id=" + meta.cluster_id.to_string() +
         "\nnode.id=" + std::to_string(meta.node_id) +
         "\ndirectory.id=" + meta.directory_id.to_string() +
         "\nbarnabas.format=" + std::to_string(meta.format) +
         "\nbarnabas.leader.epoch.floor=" + std::to_string(meta.epoch_floor) + "\n";
}

Result<FolderMeta> decode_folder_meta(std::string_view text) {
  const Lines lines = split(text);
  const Result<std::int32_t> version = number(lines, "version", std::nullopt);
  const Result<std::int32_t> format = number(lines, "barnabas.format", 0);
  if (!version) return version.error();
  if (!format) return format.error();
  if (*version > kafka_version || *format > FolderMeta::current_format) {
    return Error(ErrorCode::data_from_newer_version,
                 "meta.properties: version " + std::to_string(*version) + ", barnabas.format " +
                     std::to_string(*format) + "; use a newer broker or another folder");
  }
  FolderMeta meta;
  meta.format = *format;
  const Result<Uuid> cluster = uuid(lines, "cluster.id", true);
  const Result<Uuid> directory = uuid(lines, "directory.id", false);
  const Result<std::int32_t> node = number(lines, "node.id", 1);
  const Result<std::int32_t> floor = number(lines, "barnabas.leader.epoch.floor", 0);
  if (!cluster) return cluster.error();
  if (!directory) return directory.error();
  if (!node) return node.error();
  if (!floor) return floor.error();
  meta.cluster_id = *cluster;
  meta.directory_id = *directory;
  meta.node_id = *node;
  meta.epoch_floor = *floor;
  return meta;
}

std::string encode_partition_metadata(const Uuid& topic_id) {
  return "version: 0\n" + std::string(topic_id_line) + topic_id.to_string() + "\n";
}

Result<Uuid> decode_partition_metadata(std::string_view text) {
  const std::size_t at = text.find(topic_id_line);
  const std::size_t begin = at + topic_id_line.size();
  const std::size_t end = text.find('\n', at == std::string_view::npos ? 0 : begin);
  const bool complete = text.starts_with("version: 0\n") && at != std::string_view::npos &&
                        end != std::string_view::npos;
  const std::optional<Uuid> id =
      complete ? Uuid::parse(text.substr(begin, end - begin)) : std::nullopt;
  if (!id) return Error(ErrorCode::malformed_message, "partition.metadata");
  return *id;
}

}  // namespace barnabas::broker::storage
