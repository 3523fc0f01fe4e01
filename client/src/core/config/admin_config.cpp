#include "client/src/core/config/config_table.hpp"
#include "client/src/core/config/other_clients_property.hpp"

#include <barnabas/admin_config.hpp>

#include <utility>

namespace barnabas {

namespace {

struct AdminSettings {
  ClientSettings client;
};

using client::ForeignProperty;
using client::properties_of_consumers;
using client::properties_of_producers;

constexpr ForeignProperty foreign[] = {
    {"retries", ForeignProperty::Kind::harmless,
     "default.api.timeout.ms bounds how long requests are repeated"}};

const client::ConfigTable<AdminSettings>& table() {
  static const client::ConfigTable<AdminSettings> instance(
      &AdminSettings::client, {}, foreign, {properties_of_producers(), properties_of_consumers()});
  return instance;
}

}  // namespace

Result<AdminConfig> AdminConfig::from_properties(const Properties& properties) {
  AdminSettings settings;
  if (Result<void> set = table().set_all(settings, properties); !set) return set.error();
  AdminConfig config;
  config.client_ = std::move(settings.client);
  return config;
}

Result<void> AdminConfig::set(std::string_view property, std::string_view value) {
  AdminSettings settings{client_};
  if (Result<void> set = table().set(settings, property, value); !set) return set.error();
  client_ = std::move(settings.client);
  return {};
}

Properties AdminConfig::properties() const { return table().print(AdminSettings{client_}); }

Result<void> AdminConfig::validate() const { return table().validate(AdminSettings{client_}); }

}  // namespace barnabas
