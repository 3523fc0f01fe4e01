// Tutorial 3: prints each value as text.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "test_topic");

  barnabas::Consumer consumer(arguments.consumer());
  consumer.subscribe({arguments.topic}).value();

  std::uint64_t left = arguments.max_messages;
  for (const auto& [key, text] :
       barnabas::typed<std::optional<std::string>, std::string>(consumer)) {
    std::cout << text.value() << std::endl;
    if (--left == 0) break;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
