#pragma once

#include <CLI/CLI.hpp>

namespace barnabas::tools {

// Each adds its command to `app` and, once the command line is parsed and names it, runs it and
// stores its exit code in `exit_code`.
void add_broker_command(CLI::App& app, int& exit_code);
void add_produce_command(CLI::App& app, int& exit_code);
void add_consume_command(CLI::App& app, int& exit_code);
void add_topic_command(CLI::App& app, int& exit_code);
void add_group_command(CLI::App& app, int& exit_code);
void add_decode_command(CLI::App& app, int& exit_code);

}  // namespace barnabas::tools
