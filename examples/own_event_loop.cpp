// No thread of Barnabas's own: the program's poll(2) loop drives producer and consumer.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <poll.h>
#include <algorithm>
#include <chrono>
#include <iostream>

namespace {

using Clock = std::chrono::steady_clock;

// How long poll(2) may sleep: until the runtime's next deadline, rounded up.
int sleep_ms(const barnabas::Runtime& runtime, Clock::time_point latest) {
  const auto until = std::min(runtime.next_deadline().value_or(latest), latest);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace

int main(int argc, char** argv) try {
  using namespace std::chrono_literals;
  const Arguments arguments(argc, argv, "own-loop");

  barnabas::Runtime runtime(barnabas::Runtime::manual);
  barnabas::ProducerConfig producing;
  producing.bootstrap_servers(arguments.bootstrap);
  barnabas::Producer producer(runtime, producing);
  barnabas::ConsumerConfig consuming = arguments.consumer();
  consuming.offset_reset(barnabas::OffsetReset::earliest());
  barnabas::Consumer consumer(runtime, consuming);
  consumer.subscribe({arguments.topic}).value();
  producer.send(barnabas::Record(arguments.topic).value("driven by poll(2)"),
                [](const barnabas::Result<barnabas::Delivery>& result) {
                  if (result) std::cout << "delivered to offset " << result->offset << std::endl;
                });

  const Clock::time_point deadline = Clock::now() + 30s;
  while (Clock::now() < deadline) {
    pollfd descriptor{runtime.native_handle(), POLLIN, 0};
    poll(&descriptor, 1, sleep_ms(runtime, deadline));
    runtime.run_ready();
    const barnabas::Records records = consumer.poll(0ms).value();
    for (const auto& record : records) {
      std::cout << "received: " << record.value() << std::endl;
      return 0;
    }
  }
  std::cerr << "nothing received\n";
  return 1;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
