// Tutorial 5: a member of a group. Start it twice: the two share the partitions of the topic.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "test");

  barnabas::ConsumerConfig config = arguments.consumer();
  config.group("tutorial-5").offset_reset(barnabas::OffsetReset::earliest());
  barnabas::Consumer consumer(config);
  consumer.subscribe({arguments.topic}).value();

  std::uint64_t left = arguments.max_messages;
  for (const auto& record : consumer) {
    std::cout << "partition " << record.partition() << ", key " << record.key() << ": "
              << record.value() << std::endl;
    if (--left == 0) break;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
