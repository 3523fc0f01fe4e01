#include "broker/src/core/topic/kept_topic_properties.hpp"

#include "protocol/base/property_value.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <limits>
#include <string>

namespace barnabas::broker {
namespace {

constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();

struct NumberProperty {
  std::string_view name;
  IntegerRange range;
};

constexpr std::array numbers{
    NumberProperty{"compression.lz4.level", {1, 17}},
    NumberProperty{"compression.zstd.level", {-131072, 22}},
    NumberProperty{"file.delete.delay.ms", {0, longest}},
    NumberProperty{"local.retention.bytes", {-2, longest}},
    NumberProperty{"local.retention.ms", {-2, longest}},
    NumberProperty{"max.compaction.lag.ms", {1, longest}},
    NumberProperty{"segment.index.bytes", {4, largest}},
    NumberProperty{"segment.jitter.ms", {0, longest}},
};

constexpr std::array switches{
    std::string_view("preallocate"), std::string_view("remote.log.copy.disable"),
    std::string_view("remote.log.delete.on.disable"), std::string_view("remote.storage.enable"),
    std::string_view("unclean.leader.election.enable")};

Result<void> check_gzip_level(std::string_view value) {
  const Result<std::int64_t> level = parse_integer(value, {-1, 9});
  if (!level) return level.error();
  if (*level == 0) return Error(ErrorCode::invalid_property, "0 is not valid: 1 to 9, or -1");
  return {};
}

// "*", or partitions and brokers as in "0:1,0:2".
Result<void> check_replicas(std::string_view value) {
  if (value.empty() || value == "*") return {};
  for (const std::string& element : parse_list(value)) {
    const std::size_t colon = element.find(':');
    const auto is_number = [](std::string_view text) {
      return !text.empty() && std::all_of(text.begin(), text.end(),
                                          [](unsigned char c) { return std::isdigit(c) != 0; });
    };
    const std::string_view text = element;
    if (colon != std::string::npos && is_number(text.substr(0, colon)) &&
        is_number(text.substr(colon + 1))) {
      continue;
    }
    return Error(ErrorCode::invalid_property,
                 "\"" + element + "\" is not valid: expected PARTITION:BROKER");
  }
  return {};
}

Result<void> check(std::string_view name, std::string_view value) {
  if (name == "compression.gzip.level") return check_gzip_level(value);
  if (name == "leader.replication.throttled.replicas" ||
      name == "follower.replication.throttled.replicas") {
    return check_replicas(value);
  }
  for (const NumberProperty& number : numbers) {
    if (number.name != name) continue;
    const Result<std::int64_t> parsed = parse_integer(value, number.range);
    if (!parsed) return parsed.error();
  }
  if (std::find(switches.begin(), switches.end(), name) == switches.end()) return {};
  const Result<bool> on = parse_boolean(value);
  if (!on) return on.error();
  if (*on && name == "remote.storage.enable") {
    return Error(ErrorCode::invalid_property, "this broker has no tiered storage");
  }
  return {};
}

}  // namespace

Result<void> check_kept_property(std::string_view name, std::string_view value) {
  const Result<void> checked = check(name, value);
  if (checked) return checked;
  return Error(ErrorCode::invalid_config, std::string(name) + ": " + checked.error().context());
}

}  // namespace barnabas::broker
