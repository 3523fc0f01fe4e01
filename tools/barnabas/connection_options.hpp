#pragma once

#include "tools/barnabas/exit_code.hpp"
#include "tools/barnabas/settings.hpp"

#include <barnabas/client_config.hpp>
#include <barnabas/log.hpp>
#include <barnabas/result.hpp>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace barnabas::tools {

/// -b, -X, -F and -v: how to reach a cluster; the same for every command that does.
class ConnectionOptions {
 public:
  void add_to(CLI::App& command);

  /// A configuration with these settings: first `defaults`, then the file, then -X in order, then
  /// -b. Errors: as read_properties, parse_setting and Config::set.
  template <class Config>
  Result<Config> apply(const Properties& defaults = {}) const {
    Config config;
    config.client_id("barnabas-cli");
    // Somebody waits at a terminal: a minute without an answer is too long.
    Properties settings{{"default.api.timeout.ms", "15000"}};
    settings.insert(settings.end(), defaults.begin(), defaults.end());
    if (Result<void> set = set_all(config, settings); !set) return set.error();
    if (!file_.empty()) {
      const Result<Properties> from_file = read_properties(file_);
      if (!from_file) return from_file.error();
      if (Result<void> set = set_all(config, *from_file); !set) return set.error().within(file_);
    }
    for (const std::string& text : settings_) {
      const auto setting = parse_setting("-X", text);
      if (!setting) return setting.error();
      if (Result<void> set = config.set(setting->first, setting->second); !set) return set.error();
    }
    if (!bootstrap_.empty()) config.bootstrap_servers(bootstrap_);
    if (config.client_settings().bootstrap_servers.empty()) {
      config.bootstrap_servers("localhost:9092");
    }
    config.log(print_log_line, verbose_ ? LogLevel::debug : LogLevel::warning);
    return config;
  }

 private:
  template <class Config>
  static Result<void> set_all(Config& config, const Properties& settings) {
    for (const auto& [name, value] : settings) {
      if (Result<void> set = config.set(name, value); !set) return set;
    }
    return {};
  }
  static void print_log_line(LogLevel level, std::string_view line);

  std::string bootstrap_;
  std::string file_;
  std::vector<std::string> settings_;
  bool verbose_ = false;
};

/// Prints "barnabas: <error>" and returns the exit code that belongs to it.
int report(const Error& error);

}  // namespace barnabas::tools
