#include "broker/src/core/topic/topic_config.hpp"

#include "broker/src/core/storage/log_properties.hpp"
#include "broker/src/core/topic/kept_topic_properties.hpp"
#include "protocol/base/property_value.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace barnabas::broker {
namespace {

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

Result<void> set_compression(TopicConfig& config, std::string_view text) {
  constexpr std::array<std::string_view, 6> words{"producer", "uncompressed", "gzip",
                                                  "snappy",   "lz4",          "zstd"};
  if (std::find(words.begin(), words.end(), text) == words.end()) {
    return Error(ErrorCode::invalid_property,
                 "\"" + std::string(text) +
                     "\" is not valid: expected one of producer, uncompressed, gzip, snappy, lz4, "
                     "zstd");
  }
  config.compression = text;
  return {};
}

PropertyTable<TopicConfig> make_table() {
  std::vector<Property<TopicConfig>> rows;
  for (const auto& property : storage::log_properties().properties()) {
    rows.push_back(property.of(&TopicConfig::log));
  }
  rows.emplace_back("compression.type", PropertyType::text,
                    "Shown to clients; batches are stored as their producers compressed them.",
                    set_compression, [](const TopicConfig& config) { return config.compression; });
  rows.emplace_back("message.timestamp.after.max.ms", &TopicConfig::timestamp_after_max_ms,
                    IntegerRange{0, unlimited},
                    "How far a record's time may be ahead of the broker's.");
  rows.emplace_back("message.timestamp.before.max.ms", &TopicConfig::timestamp_before_max_ms,
                    IntegerRange{0, unlimited},
                    "How far a record's time may be behind the broker's.");
  rows.emplace_back("min.insync.replicas", &TopicConfig::min_insync_replicas,
                    IntegerRange{1, std::numeric_limits<std::int32_t>::max()},
                    "Shown to clients; there are no replicas to wait for.");
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  return PropertyTable<TopicConfig>(std::move(rows));
}

}  // namespace

const PropertyTable<TopicConfig>& topic_properties() {
  static const PropertyTable<TopicConfig> table = make_table();
  return table;
}

TopicConfig default_topic_config(const BrokerSettings& settings) {
  TopicConfig config;
  config.log = settings.storage.log;
  config.timestamp_before_max_ms = settings.topics.timestamp_before_max_ms;
  config.timestamp_after_max_ms = settings.topics.timestamp_after_max_ms;
  return config;
}

Result<TopicConfig> apply_topic_properties(TopicConfig base,
                                           const storage::TopicProperties& properties) {
  Result<storage::LogConfig> log = storage::apply_topic_properties(base.log, properties);
  if (!log) return log.error();
  base.log = std::move(*log);
  for (const auto& [name, value] : properties) {
    const Property<TopicConfig>* property = topic_properties().find(name);
    if (!property) {
      if (const Result<void> kept = check_kept_property(name, value); !kept) return kept.error();
      continue;
    }
    if (const Result<void> set = property->set(base, value); !set) {
      return Error(ErrorCode::invalid_config, set.error().context());
    }
  }
  // The other end of this range has no effect here; that there is a range has to hold all the same.
  const auto longest_lag = properties.find("max.compaction.lag.ms");
  if (longest_lag != properties.end()) {
    const Result<std::int64_t> most = parse_integer(longest_lag->second, {});
    if (most && base.log.min_compaction_lag_ms > *most) {
      return Error(ErrorCode::invalid_config,
                   "min.compaction.lag.ms is above max.compaction.lag.ms");
    }
  }
  return base;
}

}  // namespace barnabas::broker
