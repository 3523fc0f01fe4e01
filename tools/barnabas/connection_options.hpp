#pragma once

#include "tools/barnabas/exit_code.hpp"

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

  /// A configuration with these settings: first the file, then -X in order, then -b.
  /// Errors: as Config::from_file and Config::set.
  template <class Config>
  Result<Config> apply() const {
    Config config;
    if (!file_.empty()) {
      Result<Config> from_file = Config::from_file(file_);
      if (!from_file) return from_file.error();
      config = *std::move(from_file);
    }
    config.client_id("barnabas-cli");
    for (const std::string& setting : settings_) {
      const std::size_t equals = setting.find('=');
      if (equals == std::string::npos) {
        return Error(ErrorCode::invalid_argument, "-X " + setting + ": KEY=VALUE is expected");
      }
      Result<void> set = config.set(setting.substr(0, equals), setting.substr(equals + 1));
      if (!set) return set.error();
    }
    if (!bootstrap_.empty()) config.bootstrap_servers(bootstrap_);
    if (config.client_settings().bootstrap_servers.empty()) {
      config.bootstrap_servers("localhost:9092");
    }
    config.log(print_log_line, verbose_ ? LogLevel::debug : LogLevel::warning);
    return config;
  }

 private:
  static void print_log_line(LogLevel level, std::string_view line);

  std::string bootstrap_;
  std::string file_;
  std::vector<std::string> settings_;
  bool verbose_ = false;
};

/// Prints "barnabas: <error>" and returns the exit code that belongs to it.
int report(const Error& error);

}  // namespace barnabas::tools
