// Tutorial 4: prints where each message came from, and what it is.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "my-topic");

  barnabas::Consumer consumer(arguments.consumer());
  consumer.subscribe({arguments.topic}).value();

  std::uint64_t left = arguments.max_messages;
  for (const auto& record : consumer) {
    std::cout << record.topic() << ':' << record.partition() << ':' << record.offset()
              << ": key=" << record.key() << " value=" << record.value() << std::endl;
    if (--left == 0) break;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
