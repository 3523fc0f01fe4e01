#include "client/src/core/config/config_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace std::chrono_literals;
using barnabas::ClientSettings;
using barnabas::ErrorCode;
using barnabas::LogLevel;
using barnabas::MetadataRecovery;
using barnabas::Result;
using barnabas::client::ConfigTable;
using barnabas::client::ForeignProperty;

namespace {

struct Settings {
  ClientSettings client;
  std::chrono::milliseconds linger{5};
  std::string password;
};

constexpr ForeignProperty foreign[] = {
    {"group.id", ForeignProperty::Kind::harmless, "belongs to consumers"}};

const ConfigTable<Settings>& table() {
  using P = barnabas::Property<Settings>;
  static const ConfigTable<Settings> instance(
      &Settings::client,
      {P("linger.ms", &Settings::linger, {0, 900'000}, "Waits.").alias("queue.buffering.max.ms"),
       P("a.password", &Settings::password, "Secret.").secret()},
      foreign);
  return instance;
}

std::string refusal(std::string_view name, std::string_view value) {
  Settings settings;
  const Result<void> result = table().set(settings, name, value);
  return result ? "accepted" : result.error().context();
}

}  // namespace

TEST_CASE("properties of the client and of every client are set by name and alias") {
  Settings settings;
  const barnabas::Properties properties = {
      {"metadata.broker.list", "a:1,b:2"},
      {"queue.buffering.max.ms", "7"},
      {" client.id ", "me"},
      {"socket.timeout.ms", "1234"},
      {"metadata.recovery.strategy", "none"},
      {"allow.auto.create.topics", "false"},
      {"connections.max.idle.ms", "-1"},
      {"log_level", "7"},
      {"security.protocol", "PLAINTEXT"},
      {"linger.ms", "9"},
      {"receive.message.max.bytes", "2147483647"},
  };
  REQUIRE(table().set_all(settings, properties).has_value());
  CHECK(settings.client.bootstrap_servers == "a:1,b:2");
  CHECK(settings.linger == 9ms);
  CHECK(settings.client.client_id == "me");
  CHECK(settings.client.request_timeout == 1234ms);
  CHECK(settings.client.metadata_recovery == MetadataRecovery::none);
  CHECK_FALSE(settings.client.allow_auto_create_topics);
  CHECK(settings.client.connections_max_idle == 0ms);
  CHECK(settings.client.log_level == LogLevel::debug);
  CHECK(settings.client.notes.empty());
}

TEST_CASE("what is refused says what to do") {
  CHECK(refusal("linger.msec", "5").find("did you mean \"linger.ms\"") != std::string::npos);
  CHECK(refusal("linger.ms", "900001").find("900000") != std::string::npos);
  CHECK(refusal("request.timeout.ms", "0").find("request.timeout.ms") != std::string::npos);
  CHECK(refusal("ssl.ca.location", "x").find("TLS is not available") != std::string::npos);
  CHECK(refusal("sasl.jaas.config", "x").find("SASL is not available") != std::string::npos);
  CHECK(refusal("security.protocol", "SSL").find("only plaintext") != std::string::npos);
  CHECK(refusal("key.serializer", "x").find("TypedProducer") != std::string::npos);
  CHECK(refusal("dr_msg_cb", "x").find("callbacks are set in code") != std::string::npos);
}

TEST_CASE("harmless properties of others leave a note") {
  Settings settings;
  REQUIRE(table().set(settings, "socket.nagle.disable", "true").has_value());
  REQUIRE(table().set(settings, "group.id", "g").has_value());
  REQUIRE(settings.client.notes.size() == 2);
  CHECK(settings.client.notes[0] == "socket.nagle.disable: TCP_NODELAY is always set");
  CHECK(settings.client.notes[1] == "group.id: belongs to consumers");
}

TEST_CASE("printing gives back what was set and hides secrets") {
  Settings settings;
  REQUIRE(table().set(settings, "a.password", "hunter2").has_value());
  REQUIRE(table().set(settings, "linger.ms", "17").has_value());
  const barnabas::Properties printed = table().print(settings);
  CHECK(std::ranges::count(printed, std::pair<std::string, std::string>("linger.ms", "17")) == 1);
  CHECK(std::ranges::count(printed,
                           std::pair<std::string, std::string>("a.password", "[hidden]")) == 1);
  Settings again;
  for (const auto& [name, value] : printed) {
    if (value != "[hidden]") CHECK(table().set(again, name, value).has_value());
  }
  CHECK(again.linger == settings.linger);
}

TEST_CASE("typed values are held to the same ranges") {
  Settings settings;
  CHECK(table().validate(settings).has_value());
  settings.client.reconnect_backoff = -1ms;
  const Result<void> result = table().validate(settings);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error() == ErrorCode::invalid_property);
  CHECK(result.error().context().starts_with("reconnect.backoff.ms: "));
}
