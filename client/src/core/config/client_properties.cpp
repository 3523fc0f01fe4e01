#include "client/src/core/config/client_properties.hpp"

#include <array>
#include <limits>

namespace barnabas {

ClientSettings::ClientSettings() = default;

}  // namespace barnabas

namespace barnabas::client {

namespace {

using Settings = ClientSettings;

constexpr std::int64_t int32_max = std::numeric_limits<std::int32_t>::max();
constexpr IntegerRange any_time{0, int32_max};
constexpr IntegerRange some_time{1, int32_max};

// librdkafka counts syslog levels.
Result<void> parse_log_level(Settings& settings, std::string_view text) {
  const Result<std::int64_t> level = parse_integer(text, {0, 7});
  if (!level) return level.error();
  constexpr std::array levels{LogLevel::error,   LogLevel::error, LogLevel::error, LogLevel::error,
                              LogLevel::warning, LogLevel::info,  LogLevel::info,  LogLevel::debug};
  settings.log_level = levels[static_cast<std::size_t>(*level)];
  return {};
}

std::string print_log_level(const Settings& settings) {
  switch (settings.log_level) {
    case LogLevel::error:
      return "3";
    case LogLevel::warning:
      return "4";
    case LogLevel::info:
      return "6";
    case LogLevel::debug:
      return "7";
  }
  return "6";
}

// -1 means "never" to the Java client.
Result<void> parse_idle(Settings& settings, std::string_view text) {
  const Result<std::int64_t> count = parse_integer(text, {-1, int32_max});
  if (!count) return count.error();
  settings.connections_max_idle = std::chrono::milliseconds(*count < 0 ? 0 : *count);
  return {};
}

std::string print_idle(const Settings& settings) {
  return std::to_string(settings.connections_max_idle.count());
}

Result<void> parse_security_protocol(Settings&, std::string_view text) {
  const std::string_view word = trim(text);
  if (word == "plaintext" || word == "PLAINTEXT") return {};
  return Error(ErrorCode::invalid_property, "\"" + std::string(word) +
                                                "\" is not valid: only plaintext is available in "
                                                "this version of Barnabas");
}

std::vector<Property<Settings>> make_properties() {
  using P = Property<Settings>;
  return {
      P("bootstrap.servers", &Settings::bootstrap_servers,
        "Brokers to begin with, as host:port, separated by commas.")
          .alias("metadata.broker.list"),
      P("client.id", &Settings::client_id, "The client's name in the broker's logs and quotas."),
      P("security.protocol", PropertyType::choice, "How connections are protected: plaintext.",
        parse_security_protocol, [](const Settings&) { return std::string("plaintext"); }),
      P("request.timeout.ms", &Settings::request_timeout, some_time,
        "How long a broker may take to answer one request.")
          .alias("socket.timeout.ms"),
      P("default.api.timeout.ms", &Settings::api_timeout, some_time,
        "Limit of calls that are given none, retries included."),
      P("close.timeout.ms", &Settings::close_timeout, any_time,
        "The longest that closing may take."),
      P("socket.connection.setup.timeout.ms", &Settings::connection_setup_timeout, some_time,
        "Limit for one attempt to connect to one address."),
      P("socket.connection.setup.timeout.max.ms", &Settings::connection_setup_timeout_max,
        some_time, "Largest such limit after failures in a row."),
      P("connections.max.idle.ms", PropertyType::integer,
        "Connections unused for so long are closed; 0: never.", parse_idle, print_idle),
      P("reconnect.backoff.ms", &Settings::reconnect_backoff, any_time,
        "Pause before a broker that failed is tried again."),
      P("reconnect.backoff.max.ms", &Settings::reconnect_backoff_max, any_time,
        "Longest such pause after failures in a row."),
      P("retry.backoff.ms", &Settings::retry_backoff, any_time,
        "Pause before a failed request is repeated."),
      P("retry.backoff.max.ms", &Settings::retry_backoff_max, any_time,
        "Longest such pause after failures in a row."),
      P("metadata.max.age.ms", &Settings::metadata_max_age, some_time,
        "Metadata is refreshed at least this often.")
          .alias("topic.metadata.refresh.interval.ms"),
      P("metadata.recovery.strategy", &Settings::metadata_recovery,
        {{"rebootstrap", MetadataRecovery::rebootstrap}, {"none", MetadataRecovery::none}},
        "What to do when no known broker can be reached."),
      P("metadata.recovery.rebootstrap.trigger.ms", &Settings::rebootstrap_trigger, any_time,
        "How long metadata may be unobtainable before the known brokers are forgotten."),
      P("allow.auto.create.topics", &Settings::allow_auto_create_topics,
        "Using a topic that does not exist creates it, where the broker allows that."),
      P("receive.message.max.bytes", &Settings::max_response_bytes, {1000, int32_max},
        "A response that claims to be larger is taken for garbage."),
      P("send.buffer.bytes", &Settings::send_buffer, {-1, int32_max},
        "The system's send buffer of each connection; -1: as the system sees fit.")
          .alias("socket.send.buffer.bytes"),
      P("receive.buffer.bytes", &Settings::receive_buffer, {-1, int32_max},
        "The system's receive buffer of each connection; -1: as the system sees fit.")
          .alias("socket.receive.buffer.bytes"),
      P("log_level", PropertyType::integer, "Log verbosity from 0 to 7, as syslog counts.",
        parse_log_level, print_log_level),
  };
}

}  // namespace

std::span<const Property<ClientSettings>> client_properties() {
  static const std::vector<Property<ClientSettings>> properties = make_properties();
  return properties;
}

}  // namespace barnabas::client
