// Awaiting deliveries and records in a coroutine.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <coroutine>
#include <exception>
#include <future>
#include <iostream>

namespace {

// The smallest coroutine type that lets main wait for it; a real program brings its framework's.
class Job {
 public:
  struct promise_type {
    std::promise<void> done;
    Job get_return_object() { return Job(done.get_future()); }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() { done.set_value(); }
    void unhandled_exception() { done.set_exception(std::current_exception()); }
  };
  explicit Job(std::future<void> done) : done_(std::move(done)) {}
  void wait() { done_.get(); }

 private:
  std::future<void> done_;
};

Job send_and_receive(barnabas::Producer& producer, barnabas::Consumer& consumer,
                     std::string topic) {
  barnabas::Result<barnabas::Delivery> delivery = co_await producer.send(topic, "awaited");
  std::cout << "delivered to offset " << delivery.value().offset << '\n';
  barnabas::Result<barnabas::Records> polled = co_await consumer.poll_async();
  for (const auto& record : polled.value()) std::cout << "received: " << record.value() << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "awaited");

  barnabas::Producer producer(arguments.bootstrap);
  barnabas::ConsumerConfig config = arguments.consumer();
  config.offset_reset(barnabas::OffsetReset::earliest());
  barnabas::Consumer consumer(config);
  consumer.subscribe({arguments.topic}).value();
  send_and_receive(producer, consumer, arguments.topic).wait();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
