#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace barnabas::differential {

/// What came back for a request.
struct Reply {
  enum class Kind {
    frame,
    closed,  ///< The broker closed the connection.
    silent,  ///< Nothing came in time.
  };
  Kind kind = Kind::silent;
  std::vector<std::byte> frame;  ///< Without its size.
};

/// A blocking connection to a broker on 127.0.0.1. Throws std::runtime_error when the broker cannot
/// be reached; what it does afterwards is a Reply.
/// Thread-safety: none.
class Peer {
 public:
  explicit Peer(std::uint16_t port);
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer();

  /// Sends bytes as they are. A broker that hung up is noticed by `receive`.
  void send(std::span<const std::byte> bytes);
  /// The next frame.
  Reply receive(std::chrono::milliseconds patience);

 private:
  bool receive_exactly(std::span<std::byte> into, std::chrono::steady_clock::time_point deadline,
                       Reply::Kind& otherwise);

  int socket_;
};

}  // namespace barnabas::differential
