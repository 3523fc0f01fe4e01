#include "protocol/transport/range_sender.hpp"

#include "tests/support/payloads.hpp"
#include "tests/support/test_file.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

using namespace barnabas;
using test::random_text;
using test::TestFile;
using transport::send_range;
using transport::SendResult;
using wire::FileRange;

namespace {

/// Two sockets that are connected; the first does not block.
struct Sockets {
  std::array<int, 2> ends{};
  Sockets() {
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    REQUIRE(::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
  }
  ~Sockets() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  std::string receive(std::size_t count) const {
    std::string text(count, '\0');
    const auto got = ::recv(ends[1], text.data(), count, MSG_WAITALL);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  bool is_dry() const {
    char byte = 0;
    return ::recv(ends[1], &byte, 1, MSG_DONTWAIT) < 0;
  }
};

/// In all the ways in which a range is sent.
template <class Test>
void in_each_way(const Test& test) {
  SUBCASE("by sendfile") {
    test([](TestFile&) {});
  }
  SUBCASE("by reading, without a descriptor") {
    test([](TestFile& file) { file.hide_descriptor(); });
  }
  SUBCASE("by reading, because the file knows no sendfile") {
    // Of the process, and not to be spliced.
    const int other = ::open("/proc/self/maps", O_RDONLY);
    test([other](TestFile& file) { file.show_descriptor(other); });
    ::close(other);
  }
}

using Prepare = std::function<void(TestFile&)>;

}  // namespace

TEST_CASE("a range is sent from its place on, no more than was asked for") {
  in_each_way([](const Prepare& prepare) {
    const Sockets sockets;
    const auto file = std::make_shared<TestFile>("0123456789");
    prepare(*file);
    CHECK(send_range(sockets.ends[0], {file, 2, 5}, 100).count == 5);
    CHECK(sockets.receive(5) == "23456");
    CHECK(send_range(sockets.ends[0], {file, 2, 5}, 3).count == 3);
    CHECK(sockets.receive(3) == "234");
    CHECK(sockets.is_dry());
  });
}

TEST_CASE("a socket that takes no more takes a part, and then says so") {
  in_each_way([](const Prepare& prepare) {
    const Sockets sockets;
    const std::string content = random_text(std::size_t{8} << 20);
    const auto file = std::make_shared<TestFile>(content);
    prepare(*file);
    FileRange range{file, 0, content.size()};
    std::string received;
    bool was_full = false;
    while (range.size > 0) {
      const SendResult sent = send_range(sockets.ends[0], range, range.size);
      REQUIRE(sent.unreadable.ok());
      if (sent.error_number != 0) {
        REQUIRE(sent.error_number == EAGAIN);
        REQUIRE(sent.count == 0);
        was_full = true;
        received += sockets.receive(std::min<std::size_t>(1000, content.size() - received.size()));
        continue;
      }
      REQUIRE(sent.count > 0);
      range.position += sent.count;
      range.size -= sent.count;
      received += sockets.receive(std::min<std::size_t>(sent.count / 2, 100'000));
    }
    received += sockets.receive(content.size() - received.size());
    CHECK(was_full);
    CHECK(received == content);
  });
}

TEST_CASE("a file that was cut off gives what it has and then an error") {
  in_each_way([](const Prepare& prepare) {
    const Sockets sockets;
    const auto file = std::make_shared<TestFile>("0123456789");
    prepare(*file);
    file->cut(4, false);
    FileRange range{file, 2, 5};
    SendResult sent = send_range(sockets.ends[0], range, 5);
    if (sent.unreadable.ok()) {
      REQUIRE(sent.count == 2);
      range.position += 2;
      range.size -= 2;
      sent = send_range(sockets.ends[0], range, 5);
    }
    CHECK(sent.unreadable == ErrorCode::io_error);
    CHECK(sent.unreadable.context().find("3 bytes") != std::string::npos);
    CHECK(sent.error_number == 0);
  });
}

TEST_CASE("nothing is sent of what was written where the file was cut off") {
  in_each_way([](const Prepare& prepare) {
    const Sockets sockets;
    const auto file = std::make_shared<TestFile>("0123456789");
    prepare(*file);
    file->cut(4, true);
    file->write(4, "not the same");
    CHECK(send_range(sockets.ends[0], {file, 2, 5}, 5).unreadable == ErrorCode::io_error);
    CHECK(sockets.is_dry());
    CHECK(send_range(sockets.ends[0], {file, 0, 4}, 5).count == 4);
    CHECK(sockets.receive(4) == "0123");
  });
}

TEST_CASE("a peer that is gone is an error of the socket and raises no signal") {
  in_each_way([](const Prepare& prepare) {
    Sockets sockets;
    const auto file = std::make_shared<TestFile>("0123456789");
    prepare(*file);
    ::close(std::exchange(sockets.ends[1], -1));
    const SendResult sent = send_range(sockets.ends[0], {file, 0, 10}, 10);
    CHECK(sent.error_number == EPIPE);
    CHECK(sent.unreadable.ok());
    sigset_t pending;
    REQUIRE(::sigpending(&pending) == 0);
    CHECK(::sigismember(&pending, SIGPIPE) == 0);
  });
}
