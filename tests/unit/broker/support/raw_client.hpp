#pragma once

#include "protocol/network/address.hpp"
#include "protocol/wire/request_frame.hpp"

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::broker::test {

/// A blocking client on a real socket: one request, one answer. Waits at most ten seconds for
/// anything.
class RawClient {
 public:
  /// `receive_buffer`: bytes that the system takes for us while we read nothing; 0 leaves that to
  /// it.
  explicit RawClient(const std::string& address, int receive_buffer = 0) {
    const network::HostPort target = network::parse_host_port(address).value();
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) {
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(target.port);
    ::inet_pton(AF_INET, target.host.c_str(), &name.sin_addr);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { ::close(socket_); }

  bool connected() const { return connected_; }

  void send_bytes(BytesView bytes) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    static_cast<void>(sent);  // what did not go out shows in the answer
  }
  template <class Request>
  void send(const Request& request, std::int16_t version) {
    const auto frame = wire::encode_request(request, version, 5, "raw");
    REQUIRE(frame);
    const std::vector<std::byte> bytes = frame->flatten();
    send_bytes({bytes.data(), bytes.size()});
  }
  /// The answer; nothing when the connection ended instead.
  template <class Request>
  std::optional<typename Request::Response> receive(std::int16_t version) {
    const std::optional<std::vector<std::byte>> size = read(4);
    if (!size) return std::nullopt;
    auto body = read(wire::load_big_endian<std::uint32_t>(size->data()));
    if (!body) return std::nullopt;
    answer_ = std::move(*body);
    const auto header =
        wire::decode_response_header({answer_.data(), answer_.size()}, Request::api_key, version);
    REQUIRE(header);
    return wire::decode_body<typename Request::Response>(header->body, version).value();
  }
  template <class Request>
  std::optional<typename Request::Response> call(const Request& request, std::int16_t version) {
    send(request, version);
    return receive<Request>(version);
  }
  /// Waits until something of an answer is there, and leaves it there.
  bool has_answer() const { return wait(std::chrono::seconds(10)); }
  /// Whether the broker ends the connection, without sending anything, within `limit`.
  bool ends_within(std::chrono::milliseconds limit) { return wait(limit) && !read(1).has_value(); }

 private:
  bool wait(std::chrono::milliseconds limit) const {
    pollfd poll_for{socket_, POLLIN, 0};
    return ::poll(&poll_for, 1, static_cast<int>(limit.count())) == 1;
  }
  std::optional<std::vector<std::byte>> read(std::size_t count) {
    std::vector<std::byte> bytes(count);
    std::size_t have = 0;
    while (have < count) {
      if (!wait(std::chrono::seconds(10))) return std::nullopt;
      const ssize_t more = ::recv(socket_, bytes.data() + have, count - have, 0);
      if (more <= 0) return std::nullopt;
      have += static_cast<std::size_t>(more);
    }
    return bytes;
  }

  int socket_ = -1;
  bool connected_ = false;
  std::vector<std::byte> answer_;  // what the last decoded answer views
};

}  // namespace barnabas::broker::test
