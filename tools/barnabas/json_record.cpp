#include "tools/barnabas/json_record.hpp"

#include "protocol/base/nearest_name.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace barnabas::tools {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::optional<std::string_view>& bytes) {
  return bytes ? Json(*bytes) : Json(nullptr);
}

std::optional<std::string> bytes_of(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// What kcat and `consume -J` write.
constexpr std::array<std::string_view, 12> members = {
    "payload", "value",  "key",    "headers", "partition",     "ts",
    "topic",   "offset", "tstype", "broker",  "key_schema_id", "value_schema_id"};

Error bad_line(const std::string& what) {
  return Error(ErrorCode::invalid_argument, "JSON line: " + what);
}

Result<void> read_headers(const Json& headers, JsonRecord& record) {
  if (headers.is_object()) {
    for (const auto& [name, value] : headers.items()) {
      record.headers.emplace_back(name, bytes_of(value));
    }
    return {};
  }
  if (!headers.is_array() || headers.size() % 2 != 0) {
    return bad_line("headers is neither a list of names and values in turn nor an object");
  }
  for (std::size_t at = 0; at < headers.size(); at += 2) {
    if (!headers[at].is_string()) return bad_line("a header's name is not text");
    record.headers.emplace_back(headers[at].get<std::string>(), bytes_of(headers[at + 1]));
  }
  return {};
}

}  // namespace

void write_json_record(const RecordFields& record, std::string& out) {
  Json json;
  json["topic"] = record.topic;
  json["partition"] = record.partition;
  json["offset"] = record.offset;
  json["tstype"] = record.log_append_time ? "logappend" : "create";
  json["ts"] = record.timestamp;
  if (!record.headers.empty()) {
    Json& headers = json["headers"] = Json::array();
    for (const auto& [key, value] : record.headers) {
      headers.push_back(key);
      headers.push_back(text_or_null(value));
    }
  }
  json["key"] = text_or_null(record.key);
  json["payload"] = text_or_null(record.value);
  out += json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<JsonRecord> read_json_record(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) return bad_line("not JSON: " + std::string(line.substr(0, 80)));
  if (!json.is_object()) return bad_line("an object is expected");
  JsonRecord record;
  for (const auto& [name, unused] : json.items()) {
    if (std::ranges::find(members, name) == members.end()) {
      return bad_line("unknown member \"" + name + "\"" + did_you_mean(name, members));
    }
  }
  const auto payload = json.find("payload");
  const auto value = json.find("value");
  if (payload != json.end() && value != json.end()) {
    return bad_line("payload and value are the same; only one can be given");
  }
  if (payload != json.end()) record.value = bytes_of(*payload);
  if (value != json.end()) record.value = bytes_of(*value);
  if (auto key = json.find("key"); key != json.end()) record.key = bytes_of(*key);
  if (auto partition = json.find("partition"); partition != json.end()) {
    if (!partition->is_number_integer()) return bad_line("partition is not a whole number");
    record.partition = partition->get<std::int32_t>();
  }
  if (auto time = json.find("ts"); time != json.end()) {
    if (!time->is_number_integer()) return bad_line("ts is not a whole number");
    record.timestamp = time->get<std::int64_t>();
  }
  if (auto headers = json.find("headers"); headers != json.end() && !headers->is_null()) {
    if (Result<void> read = read_headers(*headers, record); !read) return read.error();
  }
  return record;
}

}  // namespace barnabas::tools
