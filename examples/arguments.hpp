#pragma once

#include <barnabas/consumer_config.hpp>

#include <chrono>
#include <cstdint>
#include <string>

/// What every example understands, so that it can be pointed at any broker and, where the original
/// would wait for ever, told to end.
struct Arguments {
  std::string bootstrap = "localhost:9092";
  std::string topic;
  std::uint64_t max_messages = UINT64_MAX;
  std::chrono::milliseconds timeout{0};  ///< Without a message; 0: wait for ever.
  bool from_beginning = false;

  /// Ends the program when the arguments ask for help or are wrong.
  Arguments(int argc, char** argv, std::string default_topic);

  /// A consumer's configuration with these arguments. As in Kafka, reading starts at the end.
  barnabas::ConsumerConfig consumer() const {
    barnabas::ConsumerConfig config;
    config.bootstrap_servers(bootstrap).idle_timeout(timeout);
    if (from_beginning) config.offset_reset(barnabas::OffsetReset::earliest());
    return config;
  }
};
