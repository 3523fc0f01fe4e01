#include "client/src/core/config/config_table.hpp"
#include "client/src/core/config/other_clients_property.hpp"
#include "client/src/core/config/producer_settings.hpp"

#include <barnabas/producer_config.hpp>

#include <array>
#include <limits>
#include <utility>

namespace barnabas {

ProducerSettings::ProducerSettings() = default;

namespace {

using client::ForeignProperty;
using Settings = ProducerSettings;
using P = Property<Settings>;
using Kind = ForeignProperty::Kind;

constexpr std::int64_t int32_max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t least_memory = 64 * 1024;
constexpr std::int64_t most_memory = std::int64_t{1} << 40;
constexpr std::string_view unset = "default";

constexpr std::string_view round_robin_class =
    "org.apache.kafka.clients.producer.RoundRobinPartitioner";
constexpr std::string_view default_class =
    "org.apache.kafka.clients.producer.internals.DefaultPartitioner";

constexpr std::array foreign{
    ForeignProperty{"transactional.id", Kind::refused,
                    "transactions are not available in this version of Barnabas"},
    ForeignProperty{"transaction.two.phase.commit.enable", Kind::refused,
                    "transactions are not available in this version of Barnabas"},
    ForeignProperty{"transaction.timeout.ms", Kind::harmless, "there are no transactions"},
    ForeignProperty{"enable.gapless.guarantee", Kind::refused,
                    "a record that fails does not stop the others: look at its outcome"},
    ForeignProperty{"msg_order_cmp", Kind::refused,
                    "records keep the order in which they are sent"},
    ForeignProperty{"queue.buffering.max.messages", Kind::harmless,
                    "buffer.memory alone bounds what is queued"},
    ForeignProperty{"queue.buffering.backpressure.threshold", Kind::harmless,
                    "batches grow while their broker is busy"},
    ForeignProperty{"batch.num.messages", Kind::harmless, "batch.size alone bounds batches"},
    ForeignProperty{"sticky.partitioning.linger.ms", Kind::harmless,
                    "the length of sticky turns follows linger.ms"},
    ForeignProperty{"queuing.strategy", Kind::harmless, "records are sent in order"},
    ForeignProperty{"delivery.report.only.error", Kind::harmless,
                    "a callback sees every outcome, and costs nothing where it is not given"},
    ForeignProperty{"produce.offset.report", Kind::harmless, "offsets are always reported"},
};

Result<void> parse_idempotence(Settings& settings, std::string_view text) {
  if (trim(text) == unset) return {};
  const Result<bool> on = parse_boolean(text);
  if (!on) return on.error();
  settings.idempotence = *on;
  return {};
}

std::string print_idempotence(const Settings& settings) {
  if (!settings.idempotence) return std::string(unset);
  return *settings.idempotence ? "true" : "false";
}

Result<void> parse_compression(Settings& settings, std::string_view text) {
  const Result<Compression> parsed = Compression::parse(trim(text));
  if (!parsed) return parsed.error();
  const std::optional<int> level = parsed->level() ? parsed->level() : settings.compression.level();
  settings.compression = Compression(parsed->codec(), level);
  return {};
}

std::string print_compression(const Settings& settings) {
  return std::string(name(settings.compression.codec()));
}

Result<std::optional<int>> parse_level(std::string_view text) {
  if (trim(text) == unset) return std::optional<int>();
  const Result<std::int64_t> level = parse_integer(text, {-131072, 22});
  if (!level) return level.error();
  return std::optional<int>(static_cast<int>(*level));
}

std::string print_level(std::optional<int> level) {
  return level ? std::to_string(*level) : std::string(unset);
}

// -1 is how Java and librdkafka write the default, but where it is a level: with zstd by name.
P level_property(std::string_view name, std::optional<int> Settings::*field, std::string_view doc,
                 bool minus_one_is_level = false) {
  return P(
      name, PropertyType::integer, doc,
      [field, minus_one_is_level](Settings& settings, std::string_view text) -> Result<void> {
        const Result<std::optional<int>> level = parse_level(text);
        if (!level) return level.error();
        settings.*field = *level == -1 && !minus_one_is_level ? std::nullopt : *level;
        return {};
      },
      [field](const Settings& settings) { return print_level(settings.*field); });
}

Result<void> parse_common_level(Settings& settings, std::string_view text) {
  const Result<std::optional<int>> level = parse_level(text);
  if (!level) return level.error();
  settings.compression =
      Compression(settings.compression.codec(), *level == -1 ? std::nullopt : *level);
  return {};
}

std::string print_common_level(const Settings& settings) {
  return print_level(settings.compression.level());
}

Result<void> parse_kilobytes(Settings& settings, std::string_view text) {
  const Result<std::int64_t> count = parse_integer(text, {least_memory / 1024, most_memory / 1024});
  if (!count) return count.error();
  settings.buffer_memory = *count * 1024;
  return {};
}

std::string print_kilobytes(const Settings& settings) {
  return std::to_string(settings.buffer_memory / 1024);
}

Result<void> parse_partitioner_class(Settings& settings, std::string_view text) {
  const std::string_view name = trim(text);
  if (name == round_robin_class) {
    settings.partitioning = Partitioning::round_robin;
  } else if (name == default_class || name == "null") {
    settings.partitioning = Partitioning::java;
  } else if (!name.empty()) {
    return Error(ErrorCode::invalid_property,
                 "\"" + std::string(name) +
                     "\" is a Java class that Barnabas does not have: use partitioner, or "
                     "ProducerConfig::partitioner for one of your own");
  }
  return {};
}

std::string print_partitioner_class(const Settings& settings) {
  return settings.partitioning == Partitioning::round_robin ? std::string(round_robin_class) : "";
}

const client::ConfigTable<Settings>& table() {
  static const client::ConfigTable<Settings> instance(
      &Settings::client,
      {
          P("acks", &Settings::acks,
            {{"all", Acks::all}, {"-1", Acks::all}, {"1", Acks::leader}, {"0", Acks::none}},
            "When a record counts as stored.")
              .alias("request.required.acks"),
          P("enable.idempotence", PropertyType::boolean,
            "Retries neither duplicate nor reorder records.", parse_idempotence, print_idempotence),
          P("max.in.flight.requests.per.connection", &Settings::max_in_flight, {1, 1000},
            "Requests that wait for their answers at one broker.")
              .alias("max.in.flight"),
          P("retries", &Settings::retries, {0, int32_max},
            "Further attempts after a retriable error.")
              .alias("message.send.max.retries"),
          P("delivery.timeout.ms", &Settings::delivery_timeout, {1, int32_max},
            "How long after sending a record may still be undelivered before it fails.")
              .alias("message.timeout.ms"),
          P("linger.ms", &Settings::linger, {0, 900'000},
            "How long a batch that is not full waits for more records.")
              .alias("queue.buffering.max.ms"),
          P("batch.size", &Settings::batch_size, {1, int32_max},
            "How large a batch may become before compression, in bytes."),
          P("max.request.size", &Settings::max_request_size, {1000, int32_max},
            "Most record data in one request, in bytes.")
              .alias("message.max.bytes"),
          P("compression.type", PropertyType::choice,
            "none, gzip, snappy, lz4 or zstd; a level may follow after a colon.", parse_compression,
            print_compression)
              .alias("compression.codec"),
          P("compression.level", PropertyType::integer, "The codec's level, or default.",
            parse_common_level, print_common_level),
          level_property("compression.gzip.level", &Settings::gzip_level,
                         "Level where the codec is gzip."),
          level_property("compression.lz4.level", &Settings::lz4_level,
                         "Level where the codec is lz4."),
          level_property("compression.zstd.level", &Settings::zstd_level,
                         "Level where the codec is zstd.", true),
          P("buffer.memory", &Settings::buffer_memory, {least_memory, most_memory},
            "Everything that waits to be delivered, in bytes."),
          P("queue.buffering.max.kbytes", PropertyType::integer,
            "Everything that waits to be delivered, in KiB.", parse_kilobytes, print_kilobytes),
          P("when.full", &Settings::when_full, {{"wait", WhenFull::wait}, {"fail", WhenFull::fail}},
            "What sending does when the buffer memory is used up."),
          P("max.block.ms", &Settings::max_block, {0, int32_max},
            "The longest that sending waits for memory, and records wait for metadata."),
          P("partitioner", &Settings::partitioning,
            {{"java", Partitioning::java},
             {"round_robin", Partitioning::round_robin},
             {"random", Partitioning::random},
             {"consistent", Partitioning::consistent},
             {"consistent_random", Partitioning::consistent_random},
             {"murmur2", Partitioning::murmur2},
             {"murmur2_random", Partitioning::murmur2_random},
             {"fnv1a", Partitioning::fnv1a},
             {"fnv1a_random", Partitioning::fnv1a_random}},
            "How records are spread over partitions."),
          P("partitioner.class", PropertyType::text, "The same by the names of Java's classes.",
            parse_partitioner_class, print_partitioner_class),
          P("partitioner.ignore.keys", &Settings::ignore_keys,
            "Records with keys are spread as those without."),
          P("partitioner.adaptive.partitioning.enable", &Settings::adaptive_partitioning,
            "Sticky choices prefer partitions with less data waiting."),
          P("partitioner.availability.timeout.ms", &Settings::partition_availability_timeout,
            {0, int32_max}, "Sticky choices avoid partitions that have been stuck for so long."),
          P("metadata.max.idle.ms", &Settings::metadata_max_idle, {5000, int32_max},
            "Metadata of topics that were not used for so long is not refreshed."),
      },
      foreign, {client::properties_of_consumers()});
  return instance;
}

}  // namespace

Result<ProducerConfig> ProducerConfig::from_properties(const Properties& properties) {
  Settings settings;
  if (Result<void> set = table().set_all(settings, properties); !set) return set.error();
  ProducerConfig config;
  config.assign(std::move(settings));
  return config;
}

Result<void> ProducerConfig::set(std::string_view property, std::string_view value) {
  Settings all = settings();
  if (Result<void> set = table().set(all, property, value); !set) return set.error();
  assign(std::move(all));
  return {};
}

Properties ProducerConfig::properties() const { return table().print(settings()); }

Result<void> ProducerConfig::validate() const {
  if (Result<void> valid = table().validate(settings()); !valid) return valid.error();
  const Result<Settings> resolved = client::resolve(settings());
  return resolved ? Result<void>() : resolved.error();
}

}  // namespace barnabas
