#include "tools/barnabas/decode/capture_decoder.hpp"

#include "tools/barnabas/decode/tcp_segment.hpp"
#include "tools/barnabas/decode/tcp_stream.hpp"

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace barnabas::tools {

namespace {

/// One TCP connection with what is said on it.
class Connection {
 public:
  Connection(DecodeStyle style, Conversation::Output output)
      : conversation_(style, std::move(output)) {}

  /// Which end asks: known from the beginning of the connection or from the first request.
  std::optional<Endpoint> client;
  std::optional<Endpoint> other;
  bool foreign = false;  // Something else than Kafka.

  void add(const TcpSegment& segment) {
    TcpStream& stream = streams_[segment.source];
    if (segment.syn) {
      stream.start(segment.sequence);
      if (!segment.ack) set_client(segment.source, segment.destination);
      return;
    }
    stream.add(segment.sequence, segment.payload);
    if (!client && !segment.payload.empty()) find_client(segment, stream);
    if (!client || foreign) return;
    const bool from_client = segment.source == *client;
    // A connection that begins with something else is none of Kafka's.
    if (from_client && !seen_request_ && stream.ready().size() >= 8) {
      seen_request_ = true;
      foreign = !may_begin_with_request(stream.ready());
      if (foreign) return;
    }
    const BytesView ready = stream.ready();
    stream.consume(from_client ? conversation_.client_bytes(ready)
                               : conversation_.broker_bytes(ready));
  }

  bool has_gap() const {
    for (const auto& [endpoint, stream] : streams_) {
      if (stream.has_gap()) return true;
    }
    return false;
  }
  std::size_t unanswered() const { return conversation_.unanswered(); }

 private:
  void set_client(const Endpoint& from, const Endpoint& to) {
    if (client) return;
    client = from;
    other = to;
  }

  // Without the beginning of the connection: a whole request tells, else the ports do, because
  // clients take high ones.
  void find_client(const TcpSegment& segment, const TcpStream& stream) {
    const bool whole = begins_with_request(stream.ready());
    const bool by_port = segment.source.port > segment.destination.port;
    if (whole || by_port) {
      set_client(segment.source, segment.destination);
    } else {
      set_client(segment.destination, segment.source);
    }
  }

  Conversation conversation_;
  std::map<Endpoint, TcpStream> streams_;
  bool seen_request_ = false;
};

std::string seconds(std::int64_t nanoseconds) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.6f", static_cast<double>(nanoseconds) / 1e9);
  return text.data();
}

}  // namespace

Result<std::string> decode_capture(BytesView file, std::uint16_t port, DecodeStyle style,
                                   const std::function<void(const std::string&)>& output) {
  std::map<std::pair<Endpoint, Endpoint>, std::unique_ptr<Connection>> connections;
  CaptureReader packets(file.span());
  std::optional<std::int64_t> begin;
  std::string prefix;  // Of the segment at hand: when, from where, to where.
  const auto print = [&](const std::string& title, const std::string& text) {
    output(prefix + title + (text.empty() ? "" : "\n" + text));
  };
  for (Packet packet; packets.next(packet);) {
    if (!begin) begin = packet.nanoseconds;
    const std::optional<TcpSegment> segment = parse_tcp(packet);
    if (!segment) continue;
    const bool wanted =
        port == 0 || segment->source.port == port || segment->destination.port == port;
    if (!wanted) continue;
    auto key = std::minmax(segment->source, segment->destination);
    std::unique_ptr<Connection>& connection = connections[{key.first, key.second}];
    const bool again = segment->syn && !segment->ack;
    if (!connection || again) connection = std::make_unique<Connection>(style, print);
    prefix = seconds(packet.nanoseconds - *begin) + " " + segment->source.to_string() + " > " +
             segment->destination.to_string() + " ";
    connection->add(*segment);
  }
  if (packets.failed()) return packets.error();
  std::string remarks;
  for (const auto& [ends, connection] : connections) {
    if (connection->foreign || !connection->client) continue;
    const std::string name =
        connection->client->to_string() + " > " + connection->other->to_string() + ": ";
    if (connection->has_gap())
      remarks += name + "bytes are missing; what follows them is left out\n";
    if (connection->unanswered() != 0) {
      remarks += name + std::to_string(connection->unanswered()) + " requests without a response\n";
    }
  }
  return remarks;
}

}  // namespace barnabas::tools
