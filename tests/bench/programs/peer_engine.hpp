#pragma once

#include "protocol/network/frame_reader.hpp"
#include "protocol/network/network.hpp"
#include "protocol/wire/request_frame.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace barnabas::bench {

/// The other end of a benchmark of clients: acknowledges what is produced without storing it, and
/// serves the same prepared batches to every fetch, at whatever offset. It does as little as
/// possible, so that the client is what is measured. It can look like many brokers, one on each
/// port.
class PeerEngine final : public network::Engine {
 public:
  struct Options {
    std::int32_t partitions = 4;
    std::vector<std::uint16_t> ports;  ///< A broker on each; partitions are dealt out in turn.
    std::vector<std::byte> batch;      ///< What fetches are answered with, over and over.
    std::int32_t batch_records = 0;
    std::int64_t end_offset = std::int64_t{1} << 60;
  };
  /// Lifetime: the network outlives the engine.
  PeerEngine(network::Network& network, Options options);

  /// Requires: before the first client comes.
  void add_port(std::uint16_t port) { options_.ports.push_back(port); }

  void on_resolved(const Now&, network::LookupId, Result<std::vector<network::Address>>) override {}
  void on_connected(const Now&, network::ConnectionId) override {}
  void on_accepted(const Now& now, network::ConnectionId id, network::ListenerId listener,
                   const network::Address& peer) override;
  std::span<std::byte> receive_buffer(network::ConnectionId id) override;
  void on_received(const Now& now, network::ConnectionId id, std::size_t count) override;
  void on_written(const Now&, network::ConnectionId, std::size_t) override {}
  void on_closed(const Now& now, network::ConnectionId id, Error reason) override;
  std::optional<Instant> next_deadline() const override { return std::nullopt; }
  void advance(const Now&) override {}

 private:
  void answer(network::ConnectionId id, const wire::ReceivedRequest& request);
  template <class Request>
  void answer_with(network::ConnectionId id, const wire::ReceivedRequest& request);
  template <class Response>
  void send(network::ConnectionId id, const wire::ReceivedRequest& request,
            const Response& response, std::shared_ptr<const void> keep = nullptr);

  network::Network& network_;
  Options options_;
  std::map<network::ConnectionId, network::FrameReader> readers_;
};

}  // namespace barnabas::bench
