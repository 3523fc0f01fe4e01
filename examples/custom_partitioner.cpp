// A partitioner of one's own: orders over a limit go to partition 0, the others by their key.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>
#include <string>

namespace {

// The partition for an order: what is not big is left to the default, the hash of its key.
std::int32_t big_orders_first(std::string_view, const barnabas::RecordView& record, std::int32_t) {
  const std::string amount(record.value ? record.value->text() : "0");
  return std::stoi(amount) >= 1000 ? 0 : barnabas::any_partition;
}

}  // namespace

int main(int argc, char** argv) try {
  using namespace std::chrono_literals;
  const Arguments arguments(argc, argv, "orders");

  barnabas::ProducerConfig config;
  config.bootstrap_servers(arguments.bootstrap).partitioner(big_orders_first);
  barnabas::Producer producer(config);
  for (const int amount : {5, 1200, 70, 3000, 900}) {
    const barnabas::Delivery delivery =
        producer.send(arguments.topic, "customer", std::to_string(amount)).get(10s).value();
    std::cout << amount << " -> partition " << delivery.partition << '\n';
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
