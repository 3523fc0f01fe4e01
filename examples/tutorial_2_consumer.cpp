// Tutorial 2: a consumer without a group that prints each value.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "test");

  barnabas::Consumer consumer(arguments.consumer());
  consumer.subscribe({arguments.topic}).value();

  std::uint64_t left = arguments.max_messages;
  for (const auto& record : consumer) {
    std::cout << record.value() << std::endl;
    if (--left == 0) break;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
