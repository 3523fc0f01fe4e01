// A service is tested under crashes of the broker, in virtual time: it reads orders, and writes an
// invoice for each. Whatever happens, every order that was acknowledged gets an invoice.
#include <barnabas/simulation.hpp>

#include <cstdio>
#include <set>
#include <string>

using namespace std::chrono_literals;

namespace {

// The code under test knows nothing of the simulation.
void serve_once(barnabas::Consumer& consumer, barnabas::Producer& producer) {
  const barnabas::Records orders = consumer.poll(0ms).value();
  for (const auto& order : orders) producer.send("invoices", order.value());
  if (!orders.empty() && producer.flush()) consumer.commit().value();
}

bool all_invoiced(std::uint64_t seed) {
  barnabas::Simulation world(seed, barnabas::BrokerConfig().nodes(3));
  auto producer = world.make_producer(barnabas::ProducerConfig().client_id("service"));
  auto consumer = world.make_consumer(barnabas::ConsumerConfig()
                                          .client_id("service")
                                          .group("invoicing")
                                          .offset_reset(barnabas::OffsetReset::earliest())
                                          .auto_commit(false));
  consumer.subscribe({"orders"}).value();
  const auto service = world.every(20ms, [&] { serve_once(consumer, producer); });
  for (int crash = 1; crash <= 3; ++crash) {
    world.after(crash * 20s, [&] { world.kill_broker(std::chrono::seconds(world.random(10))); });
  }

  std::set<std::string> expected;
  for (int order = 0; order < 100; ++order) {
    const std::string name = "order-" + std::to_string(order);
    world.producer().send("orders", name);
    expected.insert(name);
    world.run_for(1s);
  }
  world.producer().flush().value();
  return world.run_until(
      [&] {
        std::set<std::string> found;
        for (const auto& invoice : world.log("invoices", 0)) found.insert(invoice.value.value());
        return found == expected;
      },
      5min);
}

}  // namespace

int main() {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    if (!all_invoiced(seed)) {
      std::printf("seed %llu: not every order has its invoice\n",
                  static_cast<unsigned long long>(seed));
      return 1;
    }
  }
  std::puts("5 worlds, 15 crashes, every order has its invoice");
}
