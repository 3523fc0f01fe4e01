#include "protocol/transport/socket.hpp"

#include <barnabas/producer.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

using namespace std::chrono_literals;
using namespace barnabas;

namespace {

int option(int socket, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

// The first connection that a producer makes.
struct FirstConnection {
  // Lives as long as this: the producer closes a connection that its peer has closed.
  transport::FileDescriptor accepted;
  int own = -1;  // as the producer has it

  FirstConnection(Producer& producer, int listener) {
    const Future<Delivery> sent = producer.send("orders", "1");
    pollfd ready{listener, POLLIN, 0};
    REQUIRE(::poll(&ready, 1, 10'000) == 1);
    accepted = transport::FileDescriptor(::accept(listener, nullptr, nullptr));
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    REQUIRE(::getpeername(accepted.get(), reinterpret_cast<sockaddr*>(&peer), &size) == 0);
    for (int descriptor = 0; descriptor < 1024 && own < 0; ++descriptor) {
      const network::Address address = transport::local_address(descriptor);
      if (address.port == ntohs(peer.sin_port) && descriptor != accepted.get()) own = descriptor;
    }
    REQUIRE(own >= 0);
  }
};

}  // namespace

TEST_CASE("connections have the buffers that the configuration asks for") {
  const transport::FileDescriptor listener =
      transport::open_listener(network::parse_literal("127.0.0.1", 0).front(), {}).value();
  ProducerConfig config;
  config.close_timeout(0ms).bootstrap_servers(
      "127.0.0.1:" + std::to_string(transport::local_address(listener.get()).port));
  // Linux doubles what is asked for, to make room for its bookkeeping.
  SUBCASE("none") {
    Producer producer(config);
    const FirstConnection connection(producer, listener.get());
    CHECK(option(connection.own, SO_SNDBUF) != 80'000);
    CHECK(option(connection.own, SO_RCVBUF) != 100'000);
  }
  SUBCASE("by setter") {
    Producer producer(config.socket_buffers(40'000, 50'000));
    const FirstConnection connection(producer, listener.get());
    CHECK(option(connection.own, SO_SNDBUF) == 80'000);
    CHECK(option(connection.own, SO_RCVBUF) == 100'000);
  }
  SUBCASE("by property") {
    CHECK(config.set("send.buffer.bytes", "40000"));
    CHECK(config.set("socket.receive.buffer.bytes", "50000"));
    Producer producer(config);
    const FirstConnection connection(producer, listener.get());
    CHECK(option(connection.own, SO_SNDBUF) == 80'000);
    CHECK(option(connection.own, SO_RCVBUF) == 100'000);
  }
  SUBCASE("out of range") {
    CHECK_FALSE(config.set("send.buffer.bytes", "-2"));
    const Result<Producer> made = Producer::create(config.socket_buffers(-2, -1));
    REQUIRE_FALSE(made);
    CHECK(made.error().context().find("send.buffer.bytes") != std::string::npos);
  }
}
