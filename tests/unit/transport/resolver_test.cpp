#include "protocol/transport/resolver.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace barnabas;
using namespace std::chrono_literals;
using network::Address;
using transport::Resolver;
using Addresses = Result<std::vector<Address>>;

namespace {

const std::shared_ptr<void> alive = std::make_shared<int>(0);

// Waits for the one result of a look-up.
Addresses look_up(Resolver& resolver, const std::string& host) {
  std::promise<Addresses> promise;
  std::future<Addresses> result = promise.get_future();
  resolver.resolve(host, 9092, alive,
                   [&](Addresses addresses) { promise.set_value(std::move(addresses)); });
  REQUIRE(result.wait_for(10s) == std::future_status::ready);
  return result.get();
}

}  // namespace

TEST_CASE("the system knows localhost") {
  Resolver resolver;
  const Addresses addresses = look_up(resolver, "localhost");
  REQUIRE(addresses);
  for (const Address& address : *addresses) {
    CAPTURE(address.to_string());
    CHECK(address.port == 9092);
    CHECK((address == network::parse_literal("127.0.0.1", 9092).front() ||
           address == network::parse_literal("::1", 9092).front()));
  }
}

TEST_CASE("a name that cannot be is an error that names it") {
  Resolver resolver;
  const std::string host(70, 'x');  // longer than a label may be: no server needs to be asked
  const Addresses addresses = look_up(resolver, host);
  REQUIRE(!addresses);
  CHECK(addresses.error() == ErrorCode::connection_failed);
  CHECK(addresses.error().context().find("look-up of " + host) == 0);
}

TEST_CASE("look-ups run one after the other, off the caller's thread") {
  std::vector<std::string> asked;
  std::thread::id thread;
  Resolver resolver([&](const std::string& host, std::uint16_t) -> Addresses {
    asked.push_back(host);
    thread = std::this_thread::get_id();
    return Error(ErrorCode::connection_failed, host);
  });
  resolver.resolve("a", 1, alive, [](const Addresses&) {});
  CHECK(!look_up(resolver, "b"));
  CHECK(asked == std::vector<std::string>{"a", "b"});
  CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("destruction does not wait for a stuck look-up, whose result is dropped") {
  std::promise<void> entered;
  auto let_go = std::make_shared<std::promise<void>>();
  auto finished = std::make_shared<std::promise<void>>();
  // The look-up outlives this test's frame, so it owns what it uses.
  auto owner = std::make_shared<int>(0);
  bool called = false;
  auto resolver =
      std::make_unique<Resolver>([&entered, gate = let_go->get_future().share(), let_go, finished](
                                     const std::string&, std::uint16_t) -> Addresses {
        entered.set_value();
        gate.wait();
        finished->set_value();
        return Error(ErrorCode::connection_failed, "late");
      });
  resolver->resolve("stuck", 1, owner, [&called](const Addresses&) { called = true; });
  entered.get_future().wait();
  owner.reset();
  resolver.reset();  // returns although the look-up has not
  CHECK(!called);
  let_go->set_value();
  CHECK(finished->get_future().wait_for(10s) == std::future_status::ready);
  CHECK(!called);
}

TEST_CASE("look-ups that nobody wants any more are skipped") {
  std::vector<std::string> asked;
  std::promise<void> gate;
  Resolver resolver([&](const std::string& host, std::uint16_t) -> Addresses {
    if (host == "first") gate.get_future().wait();
    asked.push_back(host);
    return Error(ErrorCode::connection_failed, host);
  });
  auto owner = std::make_shared<int>(0);
  resolver.resolve("first", 1, alive, [](const Addresses&) {});
  resolver.resolve("unwanted", 1, owner, [](const Addresses&) { FAIL("unwanted"); });
  owner.reset();
  gate.set_value();
  CHECK(!look_up(resolver, "last"));
  CHECK(asked == std::vector<std::string>{"first", "last"});
}
