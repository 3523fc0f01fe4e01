#include "tools/barnabas/commands.hpp"
#include "tools/barnabas/connection_options.hpp"
#include "tools/barnabas/interrupt.hpp"
#include "tools/barnabas/settings.hpp"
#include "tools/barnabas/terminal.hpp"

#include <barnabas/broker.hpp>

#include <csignal>
#include <iostream>
#include <memory>

// barnabas broker: runs a broker until SIGTERM or Ctrl-C.

namespace barnabas::tools {
namespace {

struct Options {
  std::vector<std::string> listen;
  std::vector<std::string> advertise;
  std::string data;
  bool memory = false;
  std::int32_t nodes = 1;
  std::vector<std::string> settings;
  std::string file;
  bool verbose = false;
};

void print_log_line(LogLevel level, std::string_view line) {
  const std::string text =
      "barnabas: " + std::string(name(level)) + ": " + std::string(line) + "\n";
  std::cerr << (level == LogLevel::error ? red(text) : text);
}

Result<BrokerConfig> configure(const Options& options) {
  BrokerConfig config;
  if (!options.file.empty()) {
    const Result<Properties> properties = read_properties(options.file);
    if (!properties) return properties.error();
    Result<BrokerConfig> from_file = BrokerConfig::from_properties(*properties);
    if (!from_file) return from_file.error().within(options.file);
    config = *std::move(from_file);
  } else if (options.listen.empty()) {
    config.listen("localhost:9092");
  }
  for (const std::string& text : options.settings) {
    const auto setting = parse_setting("-X", text);
    if (!setting) return setting.error();
    if (Result<void> set = config.set(setting->first, setting->second); !set) return set.error();
  }
  for (const std::string& address : options.listen) config.listen(address);
  for (const std::string& address : options.advertise) config.advertise(address);
  if (options.nodes != 1) config.nodes(options.nodes);
  if (!options.data.empty()) config.data_folder(options.data);
  if (options.memory) config.data_folder("");
  config.log(print_log_line, options.verbose ? LogLevel::debug : LogLevel::warning);
  return config;
}

// With several --listen: the addresses that are not part of the bootstrap address.
std::string other_addresses(const Broker& broker) {
  std::string text;
  for (const std::int32_t node : broker.node_ids()) {
    const std::vector<std::string> addresses = broker.addresses(node);
    for (std::size_t i = 1; i < addresses.size(); ++i) {
      text += (text.empty() ? ", also at " : ",") + addresses[i];
    }
  }
  return text;
}

int run(const Options& options) {
  const Result<BrokerConfig> config = configure(options);
  if (!config) return report(config.error());
  // A file that may not grow any more (ulimit -f) is a full disk, not the end of the broker.
  std::signal(SIGXFSZ, SIG_IGN);
  Interrupt interrupt;
  Result<Broker> broker = Broker::start(*config);
  if (!broker) return report(broker.error());
  // The one line that scripts wait for.
  std::cout << "barnabas broker ready at " << broker->bootstrap() << other_addresses(*broker)
            << std::endl;
  interrupt.wait();
  const Result<void> stopped = broker->stop();
  return stopped ? success : report(stopped.error());
}

}  // namespace

void add_broker_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("broker", "Run a single-node Kafka broker");
  command
      .add_option("--listen", options->listen,
                  "Where to listen; port 0 picks a free one; repeatable (default localhost:9092)")
      ->type_name("HOST:PORT")
      ->allow_extra_args(false);
  command
      .add_option("--advertise", options->advertise,
                  "What clients are told instead, for each --listen in turn")
      ->type_name("HOST:PORT")
      ->allow_extra_args(false);
  CLI::Option& data =
      *command.add_option("--data", options->data, "Keep everything in this folder")
           ->type_name("DIR");
  command.add_flag("--memory", options->memory, "Keep nothing (default)")->excludes(&data);
  command
      .add_option("--nodes", options->nodes,
                  "Present so many nodes in this process, to exercise clients")
      ->check(CLI::Range(1, 100));
  command
      .add_option("-X,--property", options->settings,
                  "One of Kafka's broker properties; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("-F,--properties", options->file, "A file of broker properties")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  command.add_flag("-v,--verbose", options->verbose, "Say what happens, on standard error");
  command.footer(
      "Prints one line with its address once it is ready, and stops cleanly on SIGTERM or Ctrl-C.\n"
      "Examples:\n"
      "  barnabas broker --data /tmp/kafka -X num.partitions=4\n"
      "  barnabas broker --listen 127.0.0.1:0 --memory");
  command.callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace barnabas::tools
