// Tutorial 1: a consumer of group1 that prints each value, decoded from JSON.
#include "examples/arguments.hpp"
#include "examples/json.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "test");

  barnabas::ConsumerConfig config = arguments.consumer();
  config.group("group1").offset_reset(barnabas::OffsetReset::earliest());
  barnabas::Consumer consumer(config);
  consumer.subscribe({arguments.topic}).value();

  std::uint64_t left = arguments.max_messages;
  for (const auto& [key, value] :
       barnabas::typed<std::optional<std::string>, nlohmann::json>(consumer, {}, Json())) {
    std::cout << value.value() << std::endl;
    if (--left == 0) break;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
