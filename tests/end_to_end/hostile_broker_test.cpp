#include "protocol/base/random.hpp"
#include "tests/end_to_end/fault_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// Clients against something that is no broker, or a bad one: no crash, no large allocation, no
// stuck thread; a clear error in time.

using namespace barnabas;
using namespace barnabas::test;
using namespace std::chrono_literals;

namespace {

/// Listens on a port of its own and does with every connection what it was given.
class HostileServer {
 public:
  /// `serve(socket, number)` runs for each connection in turn; the socket is closed behind it.
  explicit HostileServer(std::function<void(int, int)> serve) : serve_(std::move(serve)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    REQUIRE(::listen(listener_, 64) == 0);
    thread_ = std::thread([this] { run(); });
  }
  ~HostileServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return count_; }

 private:
  void run() {
    while (!stopping_) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0) continue;
      const timeval limit{1, 0};
      ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      serve_(socket, count_++);
      ::close(socket);
    }
  }

  std::function<void(int, int)> serve_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> count_ = 0;
  std::thread thread_;
};

/// Waits for a request and returns its correlation id; empty when none came.
std::string take_request(int socket) {
  char bytes[4096];
  const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
  return count >= 12 ? std::string(bytes + 8, 4) : std::string();
}

void put(int socket, std::string_view bytes) {
  static_cast<void>(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

std::string framed(std::string body) {
  const auto size = static_cast<std::uint32_t>(body.size());
  std::string frame;
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>((size >> shift) & 0xFF);
  return frame + body;
}

long resident_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Every kind of client tries for a moment and fails in time.
void all_fail(const std::string& address) {
  const long before = resident_kib();
  const auto begin = std::chrono::steady_clock::now();
  {
    ProducerConfig config;
    config.bootstrap_servers(address)
        .delivery_timeout(400ms)
        .request_timeout(200ms)
        .max_block(400ms)
        .linger(0ms)
        .reconnect_backoff(5ms, 20ms);
    Producer producer(config);
    const Result<Delivery> outcome = producer.send("t", "x").get();
    CHECK(!outcome.has_value());
  }
  {
    ConsumerConfig config;
    config.bootstrap_servers(address)
        .group("g")
        .request_timeout(200ms)
        .fetch_max_wait(50ms)
        .reconnect_backoff(5ms, 20ms)
        .close_timeout(200ms);
    Consumer consumer(config);
    consumer.subscribe({"t"}).value();
    const Result<Records> records = consumer.poll(300ms);
    CHECK((!records || records->empty()));
    CHECK(!consumer.end_offsets({{"t", 0}}, 300ms).has_value());
  }
  CHECK(std::chrono::steady_clock::now() - begin < 20s);
  CHECK(resident_kib() - before < 256 * 1024);
}

}  // namespace

TEST_CASE("hostile broker: lengths that no frame has") {
  for (const std::string& length :
       {std::string("\x7f\xff\xff\xff", 4), std::string("\xff\xff\xff\xff", 4),
        std::string("\x80\0\0\0", 4), std::string("\0\0\0\0", 4), std::string("\0\0\0\1", 4)}) {
    HostileServer server([&](int socket, int) {
      take_request(socket);
      put(socket, length + std::string(64, 'x'));
      take_request(socket);
    });
    all_fail(server.address());
    CHECK(server.connections() > 1);
  }
}

TEST_CASE("cat_N18: something else listens on the port") {
  for (const std::string_view greeting :
       {"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
        "\x15\x03\x01\x00\x02\x02\x46"}) {
    HostileServer server([&](int socket, int) {
      take_request(socket);
      put(socket, greeting);
    });
    all_fail(server.address());
  }
}

TEST_CASE("hostile broker: answers of chance, with the right correlation id") {
  Random random(1);
  HostileServer server([&](int socket, int) {
    for (std::string id = take_request(socket); !id.empty(); id = take_request(socket)) {
      std::string body = id;
      for (std::uint64_t left = random.below(200); left > 0; --left) {
        // Often the bytes that counts and lengths are made of.
        constexpr std::string_view likely("\0\xff\x7f\x80\1\2", 6);
        const std::uint64_t choice = random.below(8);
        body += choice < likely.size() ? likely[choice] : static_cast<char>(random.below(256));
      }
      put(socket, framed(std::move(body)));
    }
  });
  for (int i = 0; i < 4; ++i) all_fail(server.address());
  CHECK(server.connections() > 4);
}

TEST_CASE("cat_C11: an answer that claims more entries than it has bytes") {
  // ApiVersions v0 to v2: an error, then an array with 2^31-1 entries; flexible ones with 2^32-2.
  for (const std::string& claim :
       {std::string("\0\0\x7f\xff\xff\xff", 6), std::string("\0\0\xff\xff\xff\xff\x0f", 7)}) {
    HostileServer server([&](int socket, int) {
      for (std::string id = take_request(socket); !id.empty(); id = take_request(socket)) {
        put(socket, framed(id + claim + std::string(40, '\1')));
      }
    });
    all_fail(server.address());
  }
}

TEST_CASE("hostile broker: cut answers, silence, and a byte at a time") {
  HostileServer cut([&](int socket, int number) {
    const std::string id = take_request(socket);
    put(socket,
        framed(id + std::string(300, '\0')).substr(0, static_cast<std::size_t>(number) % 30));
  });
  all_fail(cut.address());
  HostileServer silent([](int socket, int) { take_request(socket); });
  all_fail(silent.address());
  HostileServer slow([](int socket, int) {
    const std::string frame = framed(take_request(socket) + std::string(4000, '\0'));
    for (std::size_t at = 0; at < 20; ++at) {
      put(socket, frame.substr(at, 1));
      std::this_thread::sleep_for(20ms);  // that is what it is about
    }
  });
  all_fail(slow.address());
}

TEST_CASE("hostile broker: any byte of an answer is wrong") {
  // Of each kind of answer that a producer and a consumer live on.
  for (const ApiKey api : {ApiKey::ApiVersions, ApiKey::Metadata, ApiKey::Produce, ApiKey::Fetch,
                           ApiKey::FindCoordinator, ApiKey::JoinGroup, ApiKey::OffsetFetch}) {
    FaultFixture f(1, 1);
    Producer producer(f.producer_config().request_timeout(300ms));
    f.send(producer, 3);
    CHECK(producer.flush(20s).has_value());
    for (std::size_t byte = 0; byte < 60; byte += 3) {
      f.broker.inject(Fault::corrupt_response(api, byte));
    }
    Producer again(f.producer_config().request_timeout(200ms).delivery_timeout(1s));
    again.send(Record("t").partition(0).value("100"));
    (void)again.flush(2s);
    Consumer consumer(f.member_config("g").request_timeout(200ms));
    consumer.subscribe({"t"}).value();
    for (int i = 0; i < 10; ++i) (void)consumer.poll(20ms);
  }
}
