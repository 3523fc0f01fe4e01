#include "examples/arguments.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <utility>

Arguments::Arguments(int argc, char** argv, std::string default_topic)
    : topic(std::move(default_topic)) {
  CLI::App app;
  double seconds = 0;
  app.add_option("-b,--bootstrap", bootstrap, "Broker to start from")->capture_default_str();
  app.add_option("-t,--topic", topic, "Topic")->capture_default_str();
  app.add_option("--max-messages", max_messages, "End after so many messages");
  app.add_option("--timeout", seconds, "End when no message came for so many seconds");
  app.add_flag("--from-beginning", from_beginning, "Read what was sent before the start, too");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}
