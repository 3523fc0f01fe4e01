// Commits by hand: an offset is committed only after the record it stands for was processed, so
// that a crash repeats records but never loses one.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  using namespace std::chrono_literals;
  const Arguments arguments(argc, argv, "orders");

  barnabas::ConsumerConfig config = arguments.consumer();
  config.group("manual-commits").auto_commit(false).offset_reset(barnabas::OffsetReset::earliest());
  barnabas::Consumer consumer(config);
  consumer.subscribe({arguments.topic}).value();

  std::uint64_t processed = 0;
  auto last = std::chrono::steady_clock::now();
  while (processed < arguments.max_messages) {
    const barnabas::Records records = consumer.poll(100ms).value();
    for (const auto& record : records) {
      std::cout << to_string(record.topic_partition()) << '@' << record.offset() << ": "
                << record.value() << '\n';
      ++processed;
    }
    if (!records.empty()) {
      consumer.commit(records.next_offsets(), 5s).value();
      last = std::chrono::steady_clock::now();
    } else if (arguments.timeout > 0ms &&
               std::chrono::steady_clock::now() - last > arguments.timeout) {
      break;
    }
  }
  for (const auto& partition : consumer.assignment()) {
    const auto committed = consumer.committed(partition).value();
    std::cout << to_string(partition) << " committed up to "
              << (committed ? std::to_string(committed->offset) : "nothing") << '\n';
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
