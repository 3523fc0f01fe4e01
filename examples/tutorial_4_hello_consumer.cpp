// Tutorial 4, second part: reads from the earliest offset on and closes.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "example_topic");

  barnabas::ConsumerConfig config = arguments.consumer();
  config.offset_reset(barnabas::OffsetReset::earliest());
  barnabas::Consumer consumer(config);
  consumer.subscribe({arguments.topic}).value();

  std::uint64_t left = arguments.max_messages;
  for (const auto& record : consumer) {
    std::cout << "Received message: " << record.value() << std::endl;
    if (--left == 0) break;
  }
  consumer.close().value();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
