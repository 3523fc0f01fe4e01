// Reads the records of the last hour, whatever has been committed.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <chrono>
#include <iostream>
#include <vector>

int main(int argc, char** argv) try {
  using namespace std::chrono_literals;
  const Arguments arguments(argc, argv, "orders");

  barnabas::Consumer consumer(arguments.consumer());
  std::vector<barnabas::TopicPartition> partitions;
  const auto known = consumer.partitions_for(arguments.topic).value();
  partitions.reserve(known.size());
  for (const auto& partition : known) {
    partitions.emplace_back(arguments.topic, partition.partition);
  }
  consumer.assign(partitions).value();
  consumer.seek_to_time(partitions, std::chrono::system_clock::now() - 1h).value();

  std::uint64_t left = arguments.max_messages;
  for (const auto& record : consumer) {
    std::cout << to_string(record.topic_partition()) << '@' << record.offset() << ": "
              << record.value() << std::endl;
    if (--left == 0) break;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
