#include <barnabas/consumer_config.hpp>

#include "client/src/core/config/config_table.hpp"
#include "client/src/core/config/other_clients_property.hpp"
#include "client/src/core/consumer/assignors/assignor.hpp"
#include "client/src/core/consumer/iso_duration.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace barnabas {

ConsumerSettings::ConsumerSettings() = default;

namespace {

using client::ConfigTable;
using client::ForeignProperty;
using Settings = ConsumerSettings;

constexpr std::int64_t int32_max = std::numeric_limits<std::int32_t>::max();
constexpr IntegerRange an_hour{1, 3'600'000};
constexpr IntegerRange any_size{1, int32_max};
constexpr IntegerRange up_to_a_day{0, 86'400'000};
constexpr std::int64_t most_prefetch = std::int64_t{1} << 40;
constexpr std::string_view by_duration = "by_duration:";

Error not_one_of(std::string_view text, std::string_view words) {
  return Error(ErrorCode::invalid_property,
               "\"" + std::string(text) + "\" is not valid: expected " + std::string(words));
}

Result<void> parse_offset_reset(Settings& settings, std::string_view text) {
  const std::string_view word = trim(text);
  if (word == "earliest" || word == "smallest" || word == "beginning") {
    settings.offset_reset = OffsetReset::earliest();
  } else if (word == "latest" || word == "largest" || word == "end") {
    settings.offset_reset = OffsetReset::latest();
  } else if (word == "none" || word == "error") {
    settings.offset_reset = OffsetReset::none();
  } else {
    const auto age = word.starts_with(by_duration)
                         ? client::parse_iso_duration(word.substr(by_duration.size()))
                         : std::nullopt;
    if (!age) return not_one_of(word, "earliest, latest, none or by_duration:P1DT2H3M4S");
    settings.offset_reset = OffsetReset::by_duration(*age);
  }
  return {};
}

std::string print_offset_reset(const Settings& settings) {
  switch (settings.offset_reset.kind()) {
    case OffsetReset::Kind::earliest:
      return "earliest";
    case OffsetReset::Kind::latest:
      return "latest";
    case OffsetReset::Kind::none:
      return "none";
    case OffsetReset::Kind::by_duration:
      return std::string(by_duration) + client::print_iso_duration(settings.offset_reset.age());
  }
  return "";
}

Result<void> parse_assignors(Settings& settings, std::string_view text) {
  std::vector<Assignor> assignors;
  for (const std::string& word : parse_list(text)) {
    const std::optional<Assignor> assignor = client::parse_assignor(word);
    if (!assignor) return not_one_of(word, "range, roundrobin, sticky or cooperative-sticky");
    if (std::find(assignors.begin(), assignors.end(), *assignor) != assignors.end()) {
      return not_one_of(text, "each assignor at most once");
    }
    assignors.push_back(*assignor);
  }
  if (assignors.empty()) return not_one_of(text, "at least one assignor");
  settings.assignors = std::move(assignors);
  return {};
}

std::string print_assignors(const Settings& settings) {
  std::vector<std::string> names;
  for (const Assignor assignor : settings.assignors) names.emplace_back(client::name(assignor));
  return print_list(names);
}

// librdkafka's unit. It prints as nothing, which sets nothing: the bytes are printed elsewhere.
Result<void> parse_prefetch_kbytes(Settings& settings, std::string_view text) {
  if (trim(text).empty()) return {};
  const Result<std::int64_t> kbytes = parse_integer(text, {1, 2'097'151});
  if (!kbytes) return kbytes.error();
  settings.prefetch_bytes = *kbytes * 1024;
  return {};
}

Result<void> parse_group_protocol(Settings&, std::string_view text) {
  const std::string_view word = trim(text);
  if (word == "classic" || word == "CLASSIC") return {};
  return not_one_of(word, "classic: the consumer protocol (KIP-848) is not available yet");
}

using Kind = ForeignProperty::Kind;
constexpr ForeignProperty foreign[] = {
    {"enable.auto.offset.store", Kind::refused,
     "set enable.auto.commit=false and commit what was processed"},
    {"enable.partition.eof", Kind::refused, "ask lag() or end_offsets() instead"},
    {"offset.store.*", Kind::refused, "offsets are kept by the group only"},
    {"auto.commit.enable", Kind::refused, "say enable.auto.commit"},
    {"group.remote.assignor", Kind::refused,
     "the consumer protocol (KIP-848) is not available yet"},
    {"group.protocol.type", Kind::harmless, "it is always \"consumer\""},
    {"coordinator.query.interval.ms", Kind::harmless, "coordinators are looked up when needed"},
    {"share.*", Kind::refused, "share groups (KIP-932) are not available yet"},
    {"queued.min.messages", Kind::harmless, "prefetching is bounded in bytes"},
    {"fetch.queue.backoff.ms", Kind::harmless, "fetching goes on when there is room"},
    {"fetch.error.backoff.ms", Kind::harmless, "retry.backoff.ms paces fetches after errors"},
    {"consume.callback.max.messages", Kind::harmless, "max.poll.records bounds a poll"},
    {"internal.throw.on.fetch.stable.offset.unsupported", Kind::harmless,
     "stable offsets are asked for where the broker can tell"},
};

const ConfigTable<Settings>& table() {
  using P = Property<Settings>;
  static const ConfigTable<Settings> table(
      &Settings::client,
      {
          P("group.id", &Settings::group_id, "The group to join."),
          P("group.instance.id", &Settings::group_instance_id,
            "Makes the member static (KIP-345)."),
          P("group.protocol", PropertyType::choice, "How groups are coordinated: classic.",
            parse_group_protocol, [](const Settings&) { return std::string("classic"); }),
          P("auto.offset.reset", PropertyType::choice,
            "Where to start without a committed offset: earliest, latest, none, by_duration:PT1H.",
            parse_offset_reset, print_offset_reset),
          P("enable.auto.commit", &Settings::auto_commit,
            "Commits what the application has come back from."),
          P("auto.commit.interval.ms", &Settings::auto_commit_interval, up_to_a_day,
            "How often automatic commits are made."),
          P("session.timeout.ms", &Settings::session_timeout, an_hour,
            "A member not heard from for so long is thrown out."),
          P("heartbeat.interval.ms", &Settings::heartbeat_interval, an_hour,
            "How often a member tells the coordinator that it lives."),
          P("max.poll.interval.ms", &Settings::max_poll_interval, {1, 86'400'000},
            "A consumer that does not poll for so long leaves its group."),
          P("max.poll.records", &Settings::max_poll_records, any_size,
            "Most records that one poll returns."),
          P("partition.assignment.strategy", PropertyType::list,
            "How the group divides partitions: range, roundrobin, sticky, cooperative-sticky.",
            parse_assignors, print_assignors),
          P("internal.leave.group.on.close", &Settings::leave_group_on_close,
            "Whether closing leaves the group."),
          P("fetch.min.bytes", &Settings::fetch_min_bytes, any_size,
            "A broker answers when it has so much."),
          P("fetch.max.wait.ms", &Settings::fetch_max_wait, {0, 300'000},
            "How long it may wait for that.")
              .alias("fetch.wait.max.ms"),
          P("fetch.max.bytes", &Settings::fetch_max_bytes, any_size, "Most data in one response."),
          P("max.partition.fetch.bytes", &Settings::max_partition_fetch_bytes, any_size,
            "Most data of one partition in one response.")
              .alias("fetch.message.max.bytes"),
          P("prefetch.max.bytes", &Settings::prefetch_bytes, {1, most_prefetch},
            "How much fetched data may wait for the application."),
          P("queued.max.messages.kbytes", PropertyType::integer,
            "prefetch.max.bytes in KiB, as librdkafka has it.", parse_prefetch_kbytes,
            [](const Settings&) { return std::string(); }),
          P("isolation.level", &Settings::isolation_level,
            {{"read_uncommitted", IsolationLevel::read_uncommitted},
             {"read_committed", IsolationLevel::read_committed}},
            "Which records of transactions are seen."),
          P("check.crcs", &Settings::check_crcs, "Whether batches are checked for damage."),
          P("exclude.internal.topics", &Settings::exclude_internal_topics,
            "Patterns do not match internal topics."),
          P("client.rack", &Settings::rack, "Where this client is, to read from a replica nearby."),
          P("idle.timeout.ms", &Settings::idle_timeout, up_to_a_day,
            "Iterating ends when no record came for so long; 0: never."),
      },
      foreign, {client::properties_of_producers()});
  return table;
}

}  // namespace

Result<ConsumerConfig> ConsumerConfig::from_properties(const Properties& properties) {
  Settings settings;
  if (Result<void> set = table().set_all(settings, properties); !set) return set.error();
  ConsumerConfig config;
  config.assign(std::move(settings));
  return config;
}

Result<void> ConsumerConfig::set(std::string_view property, std::string_view value) {
  Settings all = settings();
  Result<void> stored = table().set(all, property, value);
  if (stored) assign(std::move(all));
  return stored;
}

Properties ConsumerConfig::properties() const {
  Properties printed = table().print(settings());
  std::erase_if(printed,
                [](const auto& entry) { return entry.first == "queued.max.messages.kbytes"; });
  return printed;
}

Result<void> ConsumerConfig::validate() const {
  const Settings all = settings();
  if (Result<void> valid = table().validate(all); !valid) return valid;
  const auto refuse = [](std::string text) {
    return Error(ErrorCode::invalid_property, std::move(text));
  };
  if (!all.group_instance_id.empty() && all.group_id.empty()) {
    return refuse("group.instance.id: needs group.id");
  }
  if (!all.group_id.empty() && all.heartbeat_interval >= all.session_timeout) {
    return refuse("heartbeat.interval.ms: " + std::to_string(all.heartbeat_interval.count()) +
                  " must be less than session.timeout.ms, " +
                  std::to_string(all.session_timeout.count()));
  }
  if (all.fetch_max_wait >= all.client.request_timeout) {
    return refuse("fetch.max.wait.ms: " + std::to_string(all.fetch_max_wait.count()) +
                  " must be less than request.timeout.ms, " +
                  std::to_string(all.client.request_timeout.count()));
  }
  if (all.fetch_min_bytes > all.fetch_max_bytes) {
    return refuse("fetch.min.bytes: " + std::to_string(all.fetch_min_bytes) +
                  " must not exceed fetch.max.bytes, " + std::to_string(all.fetch_max_bytes));
  }
  if (all.offset_reset.age().count() < 0) {
    return refuse("auto.offset.reset: the duration is negative");
  }
  return {};
}

}  // namespace barnabas
