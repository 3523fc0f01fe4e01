#pragma once

#include <barnabas/consumer_config.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

/// What every example understands, so that it can be pointed at any broker and, where the original
/// would wait for ever, told to end.
struct Arguments {
  std::string bootstrap = "localhost:9092";
  std::string topic;
  std::uint64_t max_messages = UINT64_MAX;
  std::chrono::milliseconds timeout{0};  ///< Without a message; 0: wait for ever.
  bool from_beginning = false;

  Arguments(int argc, char** argv, std::string default_topic) : topic(std::move(default_topic)) {
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

  /// A consumer's configuration with these arguments. As in Kafka, reading starts at the end.
  barnabas::ConsumerConfig consumer() const {
    barnabas::ConsumerConfig config;
    config.bootstrap_servers(bootstrap).idle_timeout(timeout);
    if (from_beginning) config.offset_reset(barnabas::OffsetReset::earliest());
    return config;
  }
};
