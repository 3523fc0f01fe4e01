#include "broker/src/core/config/broker_properties.hpp"

#include "broker/src/core/config/listener_properties.hpp"
#include "broker/src/core/storage/log_properties.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <utility>
#include <vector>

namespace barnabas::broker {
namespace {

using Rows = std::vector<Property<BrokerSettings>>;

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int_max = std::numeric_limits<std::int32_t>::max();

template <class Part>
void add(Rows& rows, Part BrokerSettings::*member, std::initializer_list<Property<Part>> part) {
  for (const Property<Part>& property : part) rows.push_back(property.of(member));
}

Property<BrokerSettings> listener_property(std::string_view name,
                                           std::vector<ListenerAddress> BrokerSettings::*field,
                                           std::string_view doc) {
  return {name, PropertyType::list, doc,
          [field](BrokerSettings& settings, std::string_view text) -> Result<void> {
            Result<std::vector<ListenerAddress>> listeners = parse_listeners(text);
            if (!listeners) return listeners.error();
            settings.*field = std::move(*listeners);
            return {};
          },
          [field](const BrokerSettings& settings) { return print_listeners(settings.*field); }};
}

void add_identity(Rows& rows) {
  using S = BrokerSettings;
  rows.push_back(
      Property<S>("node.id", &S::node_id, {0, int_max}, "The id of this broker's first node.")
          .alias("broker.id"));
  rows.emplace_back("barnabas.nodes", &S::nodes, IntegerRange{1, 100},
                    "Nodes that this process presents, with consecutive ids.");
  rows.emplace_back("broker.rack", &S::rack, "The rack that clients are told.");
  rows.push_back(
      Property<S>("log.dirs", &S::data_folder, "The data folder. Empty: everything is in memory.")
          .alias("log.dir"));
  rows.push_back(listener_property("listeners", &S::listeners,
                                   "Where the broker listens; port 0 picks a free one."));
  rows.push_back(listener_property("advertised.listeners", &S::advertised,
                                   "What clients are told instead of what was bound."));
}

void add_connections(Rows& rows) {
  using L = ConnectionLimits;
  add<L>(
      rows, &BrokerSettings::connections,
      {{"socket.request.max.bytes", &L::max_request_bytes, {1024, int_max}, "The largest request."},
       {"max.connections", &L::max_connections, {1, int_max}, "Connections at one time."},
       {"max.connections.per.ip",
        &L::max_connections_per_address,
        {1, int_max},
        "Connections of one client address."},
       {"connections.max.idle.ms",
        &L::max_idle,
        {1, unlimited},
        "A connection without traffic for this long is closed."},
       {"barnabas.request.frame.timeout.ms",
        &L::frame_timeout,
        {1, unlimited},
        "How long a started request may take to arrive, plus a second for each KiB of it."},
       {"barnabas.response.write.timeout.ms",
        &L::write_timeout,
        {1, unlimited},
        "How long a client may take none of the bytes that wait for it."},
       {"barnabas.max.requests.per.connection",
        &L::max_open_requests,
        {1, 1000},
        "Unanswered requests at which no more is read from a client."},
       {"barnabas.response.buffer.bytes",
        &L::max_unsent_bytes,
        {1, int_max},
        "Unsent bytes of responses at which no more is read from a client."},
       {"socket.send.buffer.bytes",
        &L::send_buffer,
        {-1, int_max},
        "The socket's buffer for responses; -1: the system's choice."}});
}

void add_fetch(Rows& rows) {
  using L = FetchLimits;
  add<L>(rows, &BrokerSettings::fetch,
         {{"fetch.max.bytes", &L::max_bytes, {1024, int_max}, "The largest Fetch response."},
          {"max.incremental.fetch.session.cache.slots",
           &L::max_sessions,
           {0, int_max},
           "Fetch sessions that are kept."}});
}

void add_topics(Rows& rows) {
  using T = TopicDefaults;
  add<T>(rows, &BrokerSettings::topics,
         {{"auto.create.topics.enable", &T::auto_create,
           "Whether a topic that a client asks for is made if need be."},
          {"delete.topic.enable", &T::deletable, "Whether topics can be deleted."},
          {"num.partitions", &T::partitions, {1, 10000}, "Partitions of a new topic."},
          {"default.replication.factor",
           &T::replication_factor,
           {1, 100},
           "Replication factor of a new topic; needs as many nodes."},
          {"barnabas.max.partitions.per.topic",
           &T::max_partitions,
           {1, 100000},
           "The most partitions that one topic may have."},
          {"offsets.topic.num.partitions",
           &T::offsets_partitions,
           {1, 1000},
           "Partitions of the topic that keeps committed offsets."},
          {"log.message.timestamp.before.max.ms",
           &T::timestamp_before_max_ms,
           {0, unlimited},
           "How far a record's time may be behind the broker's."},
          {"log.message.timestamp.after.max.ms",
           &T::timestamp_after_max_ms,
           {0, unlimited},
           "How far a record's time may be ahead of the broker's."}});
}

void add_groups(Rows& rows) {
  using G = GroupConfig;
  add<G>(rows, &BrokerSettings::group,
         {{"group.min.session.timeout.ms",
           &G::min_session_timeout,
           {1, unlimited},
           "The shortest session timeout that a member may ask for."},
          {"group.max.session.timeout.ms",
           &G::max_session_timeout,
           {1, unlimited},
           "The longest session timeout that a member may ask for."},
          {"group.initial.rebalance.delay.ms",
           &G::initial_rebalance_delay,
           {0, unlimited},
           "How long the first join of an empty group waits for more members."},
          {"group.max.size", &G::max_size, {1, int_max}, "Members of one group."},
          {"offset.metadata.max.bytes",
           &G::offset_metadata_max_bytes,
           {0, int_max},
           "The longest metadata of a committed offset."},
          {"offsets.retention.minutes",
           &G::offsets_retention,
           {1, int_max},
           "How long committed offsets outlive the last member of their group.",
           std::chrono::minutes(1)},
          {"offsets.retention.check.interval.ms",
           &G::offsets_retention_check,
           {1, unlimited},
           "How often committed offsets are looked at for their age."}});
}

void add_storage(Rows& rows) {
  using S = storage::StorageConfig;
  using storage::FsyncPolicy;
  add<S>(
      rows, &BrokerSettings::storage,
      {{"barnabas.fsync",
        &S::fsync,
        {{"always", FsyncPolicy::always},
         {"interval", FsyncPolicy::interval},
         {"never", FsyncPolicy::never}},
        "When appended data counts as stored: always after fsync, interval as Apache Kafka, never "
        "only at shutdown."},
       {"barnabas.tail.cache.bytes",
        &S::tail_cache_bytes,
        {0, unlimited},
        "Recently appended batches kept in memory for readers."},
       {"barnabas.disk.reserve.bytes",
        &S::disk_reserve_bytes,
        {-1, unlimited},
        "Appends are refused while less disk space is free; -1: 1 GiB, at most 5% of the disk."},
       {"barnabas.max.producers.per.partition",
        &S::max_producers_per_partition,
        {1, int_max},
        "Idempotent producers that a partition remembers."},
       {"log.cleaner.backoff.ms",
        &S::cleaner_backoff,
        {1, unlimited},
        "How long compaction rests when nothing has to be compacted."},
       {"log.cleaner.dedupe.buffer.size",
        &S::cleaner_buffer_bytes,
        {1024, unlimited},
        "Memory for the keys of the log that is being compacted."},
       {"log.cleaner.enable", &S::cleaner_enabled, "Whether logs are compacted."},
       {"log.flush.offset.checkpoint.interval.ms",
        &S::checkpoint_interval,
        {1, unlimited},
        "How often recovery points are written."},
       {"log.retention.check.interval.ms",
        &S::retention_check_interval,
        {1, unlimited},
        "How often segments are looked at for their age and size."},
       {"producer.id.expiration.ms",
        &S::producer_id_expiration_ms,
        {1, unlimited},
        "An idle producer id is forgotten after this."}});
}

/// A second name of a time, in another unit.
Property<storage::LogConfig> time_property(std::string_view name,
                                           std::int64_t storage::LogConfig::*milliseconds,
                                           std::int64_t unit, std::string_view doc) {
  using storage::LogConfig;
  return {name, PropertyType::integer, doc,
          [=](LogConfig& config, std::string_view text) -> Result<void> {
            const Result<std::int64_t> count = parse_integer(text, {-1, int_max});
            if (!count) return count.error();
            config.*milliseconds = *count < 0 ? -1 : *count * unit;
            return {};
          },
          [=](const LogConfig& config) {
            const std::int64_t value = config.*milliseconds;
            return std::to_string(value < 0 ? -1 : value / unit);
          }};
}

void add_log(Rows& rows) {
  using storage::LogConfig;
  constexpr std::int64_t minute = 60'000, hour = 60 * minute;
  const auto lift = [&](const Property<LogConfig>& property) {
    rows.push_back(property.of(&storage::StorageConfig::log).of(&BrokerSettings::storage));
  };
  for (const Property<LogConfig>& property : storage::log_properties().properties()) {
    lift(property.called(broker_property_name(property.name())));
  }
  lift(time_property("log.retention.minutes", &LogConfig::retention_ms, minute,
                     "log.retention.ms in minutes."));
  lift(time_property("log.retention.hours", &LogConfig::retention_ms, hour,
                     "log.retention.ms in hours."));
  lift(time_property("log.roll.hours", &LogConfig::segment_ms, hour, "log.roll.ms in hours."));
}

PropertyTable<BrokerSettings> make_table() {
  Rows rows;
  add_identity(rows);
  add_connections(rows);
  add_fetch(rows);
  add_topics(rows);
  add_groups(rows);
  add_storage(rows);
  add_log(rows);
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  return PropertyTable<BrokerSettings>(std::move(rows));
}

}  // namespace

const PropertyTable<BrokerSettings>& broker_properties() {
  static const PropertyTable<BrokerSettings> table = make_table();
  return table;
}

std::string_view broker_property_name(std::string_view topic_property) noexcept {
  // The names follow no rule.
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"cleanup.policy", "log.cleanup.policy"},
      {"delete.retention.ms", "log.cleaner.delete.retention.ms"},
      {"flush.messages", "log.flush.interval.messages"},
      {"flush.ms", "log.flush.interval.ms"},
      {"index.interval.bytes", "log.index.interval.bytes"},
      {"max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"},
      {"max.message.bytes", "message.max.bytes"},
      {"message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"},
      {"message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"},
      {"message.timestamp.type", "log.message.timestamp.type"},
      {"min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"},
      {"min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"},
      {"retention.bytes", "log.retention.bytes"},
      {"retention.ms", "log.retention.ms"},
      {"segment.bytes", "log.segment.bytes"},
      {"segment.ms", "log.roll.ms"},
  };
  for (const auto& [topic, broker] : names) {
    if (topic == topic_property) return broker;
  }
  return {};
}

Result<void> validate(const BrokerSettings& settings) {
  if (settings.topics.replication_factor > settings.nodes) {
    return Error(
        ErrorCode::invalid_property,
        "default.replication.factor is " + std::to_string(settings.topics.replication_factor) +
            ", which needs as many nodes: barnabas.nodes is " + std::to_string(settings.nodes));
  }
  if (settings.group.min_session_timeout > settings.group.max_session_timeout) {
    return Error(ErrorCode::invalid_property,
                 "group.min.session.timeout.ms is above group.max.session.timeout.ms");
  }
  if (settings.topics.partitions > settings.topics.max_partitions) {
    return Error(ErrorCode::invalid_property,
                 "num.partitions is above barnabas.max.partitions.per.topic");
  }
  if (settings.node_id > int_max - settings.nodes) {
    return Error(ErrorCode::invalid_property, "node.id leaves no ids for barnabas.nodes nodes");
  }
  return {};
}

}  // namespace barnabas::broker
