#include "tools/barnabas/connection_options.hpp"

#include "tools/barnabas/terminal.hpp"

#include <iostream>

namespace barnabas::tools {

void ConnectionOptions::add_to(CLI::App& command) {
  command.add_option("-b,--bootstrap", bootstrap_, "Brokers to start from, host:port[,host:port]")
      ->type_name("HOST:PORT")
      ->default_str("localhost:9092");
  command.add_option("-X,--property", settings_, "A client property, as KEY=VALUE; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("-F,--properties", file_, "A file of client properties")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  command.add_flag("-v,--verbose", verbose_, "Say what happens, on standard error");
}

void ConnectionOptions::print_log_line(LogLevel level, std::string_view line) {
  std::string text = "barnabas: " + std::string(name(level)) + ": " + std::string(line) + "\n";
  std::cerr << (level == LogLevel::error ? red(text) : text);
}

int report(const Error& error) {
  std::cerr << red("barnabas: " + error.to_string()) << '\n';
  const bool wrong_usage = error == ErrorCode::invalid_argument ||
                           error == ErrorCode::invalid_property ||
                           error == ErrorCode::unknown_property;
  return wrong_usage ? usage_error : failure;
}

}  // namespace barnabas::tools
