#include "protocol/base/property_table.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>

namespace barnabas {
namespace {

enum class Color { red, green };

struct Settings {
  std::int32_t count = 3;
  std::chrono::milliseconds wait{5};
  bool fast = false;
  double ratio = 0.5;
  std::string label = "none";
  std::vector<std::string> hosts;
  Color color = Color::red;
  std::string password;
};

const PropertyTable<Settings>& table() {
  static const PropertyTable<Settings> properties{
      {"count", &Settings::count, {1, 10}, "How many."},
      Property<Settings>("linger.ms", &Settings::wait, {0, 900'000}, "How long.")
          .alias("queue.buffering.max.ms"),
      {"fast", &Settings::fast, "Whether."},
      {"ratio", &Settings::ratio, {0.0, 1.0}, "How much."},
      {"label", &Settings::label, "What."},
      {"bootstrap.servers", &Settings::hosts, "Where."},
      {"color", &Settings::color, {{"red", Color::red}, {"green", Color::green}}, "Which."},
      Property<Settings>("password", &Settings::password, "A secret.").secret(),
  };
  return properties;
}

Error set_error(std::string_view name, std::string_view value) {
  Settings settings;
  const Result<void> result = table().set(settings, name, value);
  return result ? Error() : result.error();
}

TEST_CASE("property_table: every kind of field is set and printed") {
  Settings settings;
  const std::pair<std::string_view, std::string_view> values[] = {
      {"count", "7"},     {"linger.ms", "20"},          {"fast", "TRUE"},  {"ratio", "0.25"},
      {"label", "a b=c"}, {"bootstrap.servers", "a,b"}, {"color", "green"}};
  for (const auto& [name, value] : values) REQUIRE(table().set(settings, name, value));
  CHECK(settings.count == 7);
  CHECK(settings.wait == std::chrono::milliseconds(20));
  CHECK(settings.fast);
  CHECK(settings.ratio == 0.25);
  CHECK(settings.label == "a b=c");
  CHECK(settings.hosts == std::vector<std::string>{"a", "b"});
  CHECK(settings.color == Color::green);
  CHECK(table().get(settings, "count").value() == "7");
  CHECK(table().get(settings, "linger.ms").value() == "20");
  CHECK(table().get(settings, "fast").value() == "true");
  CHECK(table().get(settings, "ratio").value() == "0.25");
  CHECK(table().get(settings, "bootstrap.servers").value() == "a,b");
  CHECK(table().get(settings, "color").value() == "green");
}

TEST_CASE("property_table: an alias sets the same field") {
  Settings settings;
  REQUIRE(table().set(settings, "queue.buffering.max.ms", "9"));
  CHECK(table().get(settings, "linger.ms").value() == "9");
}

TEST_CASE("property_table: values outside the range are refused with the range") {
  CHECK(set_error("count", "0").context() ==
        "count: \"0\" is not valid: expected a whole number from 1 to 10");
  CHECK(set_error("count", "11") == ErrorCode::invalid_property);
  CHECK(set_error("count", "3x") == ErrorCode::invalid_property);
  CHECK(set_error("count", "") == ErrorCode::invalid_property);
  CHECK(set_error("count", "99999999999999999999") == ErrorCode::invalid_property);
  CHECK(set_error("ratio", "1.5") == ErrorCode::invalid_property);
  CHECK(set_error("ratio", "nan") == ErrorCode::invalid_property);
  CHECK(set_error("fast", "maybe") == ErrorCode::invalid_property);
  CHECK(set_error("color", "blue").context().find("red, green") != std::string::npos);
}

TEST_CASE("property_table: a refused value leaves the field alone") {
  Settings settings;
  REQUIRE_FALSE(table().set(settings, "count", "11"));
  CHECK(settings.count == 3);
}

TEST_CASE("property_table: an unknown key names the nearest one") {
  const Error error = set_error("linger_ms", "5");
  CHECK(error == ErrorCode::unknown_property);
  CHECK(error.context() == "\"linger_ms\" is not a property (did you mean \"linger.ms\"?)");
  CHECK(set_error("something.else.entirely", "5").context() ==
        "\"something.else.entirely\" is not a property");
}

struct Service {
  Settings inner;
  std::chrono::steady_clock::duration retention{};
};

TEST_CASE("property_table: rows of a member's struct serve the struct around it") {
  const PropertyTable<Service> services{
      Property<Settings>("count", &Settings::count, {1, 10}, "How many.").of(&Service::inner)};
  Service service;
  REQUIRE(services.set(service, "count", "4"));
  CHECK(service.inner.count == 4);
  CHECK(services.get(service, "count").value() == "4");
  CHECK_FALSE(services.set(service, "count", "40"));
}

TEST_CASE("property_table: times have a unit and an end") {
  const PropertyTable<Service> services{
      {"retention.ms", &Service::retention, {-1, INT64_MAX}, "In milliseconds."},
      {"retention.minutes", &Service::retention, {}, "In minutes.", std::chrono::minutes(1)}};
  Service service;
  REQUIRE(services.set(service, "retention.ms", "120000"));
  CHECK(service.retention == std::chrono::minutes(2));
  CHECK(services.get(service, "retention.minutes").value() == "2");
  REQUIRE(services.set(service, "retention.minutes", "3"));
  CHECK(services.get(service, "retention.ms").value() == "180000");
  REQUIRE(services.set(service, "retention.ms", "9223372036854775807"));
  CHECK(service.retention == std::chrono::steady_clock::duration::max());
}

TEST_CASE("property_table: secrets are hidden") {
  Settings settings;
  REQUIRE(table().set(settings, "password", "hunter2"));
  CHECK(settings.password == "hunter2");
  CHECK(table().get(settings, "password").value() == "[hidden]");
}

}  // namespace
}  // namespace barnabas
