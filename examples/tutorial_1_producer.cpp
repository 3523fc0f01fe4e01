// Tutorial 1: sends {"number": i} for i from 0 to 9, with a JSON serializer for the value.
#include "examples/arguments.hpp"
#include "examples/json.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "test");

  barnabas::Producer producer(arguments.bootstrap);
  barnabas::TypedProducer<std::string, nlohmann::json> numbers(producer, barnabas::text, Json());
  for (int i = 0; i < 10; ++i) {
    numbers.send(arguments.topic, nlohmann::json::object({{"number", i}}));
  }
  producer.flush().value();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
