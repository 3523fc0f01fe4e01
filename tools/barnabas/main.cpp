#include "tools/barnabas/commands.hpp"
#include "tools/barnabas/exit_code.hpp"

#include <barnabas/version.hpp>

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv) try {
  using namespace barnabas::tools;
  CLI::App app(
      "Kafka from the command line: a client for any Kafka cluster"
#ifdef BARNABAS_WITH_BROKER
      ", and a broker of its own"
#endif
      ".");
  app.name("barnabas");
  app.set_version_flag("--version", std::string(barnabas::library_version));
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
#ifdef BARNABAS_WITH_BROKER
      "  barnabas broker --memory                        a broker at localhost:9092 that keeps "
      "nothing\n"
#endif
      "  echo hello | barnabas produce -t greetings      send a line\n"
      "  barnabas consume -t greetings -o beginning -e   read a topic from its beginning to its "
      "end\n"
      "  barnabas group lag readers                      how far a group is behind\n"
      "\n"
      "Exit codes: 0 done; 1 failed (unreachable, refused, not delivered); 2 wrong usage.");

  int exit_code = success;
#ifdef BARNABAS_WITH_BROKER
  add_broker_command(app, exit_code);
#endif
  add_produce_command(app, exit_code);
  add_consume_command(app, exit_code);
  add_topic_command(app, exit_code);
  add_group_command(app, exit_code);
  add_decode_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? success : usage_error;
  }
  return exit_code;
} catch (const std::exception& error) {
  std::cerr << "barnabas: " << error.what() << '\n';
  return barnabas::tools::failure;
}
