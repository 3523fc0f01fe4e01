#include "tools/barnabas/decode/capture_decoder.hpp"

#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/sasl_authenticate.hpp"
#include "protocol/messages/sasl_handshake.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tests/support/capture_writer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::tools;
using namespace barnabas::test;

namespace {

constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t ack = 0x10;

std::string text(const wire::GatherBuffer& frame) {
  const std::vector<std::byte> bytes = frame.flatten();
  return std::string(BytesView(bytes.data(), bytes.size()).text());
}

std::string heartbeat(std::int32_t correlation_id) {
  protocol::HeartbeatRequest request;
  request.group_id = "readers";
  request.generation_id = 7;
  return text(wire::encode_request(request, 4, correlation_id, "me").value());
}

std::string heartbeat_response(std::int32_t correlation_id) {
  protocol::HeartbeatResponse response;
  response.error_code = ErrorCode::rebalance_in_progress;
  return text(wire::encode_response(response, 4, correlation_id).value());
}

struct Decoded {
  std::vector<std::string> messages;
  std::string remarks;
};

Decoded decoded(const std::string& file, bool indented = false) {
  Decoded out;
  const auto remarks = decode_capture(
      file, 0, {indented}, [&](const std::string& message) { out.messages.push_back(message); });
  out.remarks = remarks ? *remarks : remarks.error().to_string();
  return out;
}

const std::string request_text =
    "HeartbeatRequest{group_id=\"readers\", generation_id=7, member_id=\"\", "
    "group_instance_id=null}";

}  // namespace

TEST_CASE("requests and responses of a connection are matched") {
  const std::string request = heartbeat(3);
  const std::string file =
      pcap_header() + pcap_packet(0, ethernet_tcp(50000, 9092, 99, syn, "")) +
      pcap_packet(10, ethernet_tcp(9092, 50000, 499, syn | ack, "")) +
      pcap_packet(20, ethernet_tcp(50000, 9092, 100, ack, "")) +
      pcap_packet(30, ethernet_tcp(50000, 9092, 100, ack, request.substr(0, 9))) +
      pcap_packet(40, ethernet_tcp(50000, 9092, 109, ack, request.substr(9))) +
      pcap_packet(1500, ethernet_tcp(9092, 50000, 500, ack, heartbeat_response(3)));
  const Decoded all = decoded(file);
  REQUIRE(all.messages.size() == 2);
  CHECK(
      all.messages[0] ==
      "0.000040 10.0.0.1:50000 > 10.0.0.1:9092 #3 Heartbeat v4 request, 28 bytes, client \"me\"\n" +
          request_text);
  CHECK(all.messages[1] ==
        "0.001500 10.0.0.1:9092 > 10.0.0.1:50000 #3 Heartbeat v4 response, 12 bytes\n"
        "HeartbeatResponse{throttle_time_ms=0, error_code=REBALANCE_IN_PROGRESS(27)}");
  CHECK(all.remarks.empty());
}

TEST_CASE("pcapng, beginning in the middle, with the response first seen") {
  const std::string file =
      pcapng_header() + pcapng_packet(0, ethernet_tcp(9092, 50000, 7, ack, heartbeat_response(2))) +
      pcapng_packet(5000, ethernet_tcp(50000, 9092, 1, ack, heartbeat(3)));
  const Decoded all = decoded(file);
  REQUIRE(all.messages.size() == 2);
  CHECK(all.messages[0].find("response to a request that was not seen, 12 bytes, #2") !=
        std::string::npos);
  CHECK(all.messages[1].find("0.000005") == 0);
  CHECK(all.messages[1].find(request_text) != std::string::npos);
  CHECK(all.remarks == "10.0.0.1:50000 > 10.0.0.1:9092: 1 requests without a response\n");
}

TEST_CASE("missing segments and foreign connections") {
  const std::string file =
      pcap_header() + pcap_packet(0, ethernet_tcp(50000, 80, 0, syn, "")) +
      pcap_packet(1, ethernet_tcp(50000, 80, 1, ack, "GET / HTTP/1.1\r\n\r\n")) +
      pcap_packet(2, ethernet_tcp(50001, 9092, 0, syn, "")) +
      pcap_packet(3, ethernet_tcp(50001, 9092, 1, ack, heartbeat(1))) +
      pcap_packet(4, ethernet_tcp(50001, 9092, 500, ack, heartbeat(2)));
  const Decoded all = decoded(file);
  CHECK(all.messages.size() == 1);
  CHECK(all.remarks ==
        "10.0.0.1:50001 > 10.0.0.1:9092: bytes are missing; what follows them is left out\n"
        "10.0.0.1:50001 > 10.0.0.1:9092: 1 requests without a response\n");
}

TEST_CASE("passwords are not shown, with and without headers") {
  protocol::SaslHandshakeRequest old;
  old.mechanism = "PLAIN";
  protocol::SaslAuthenticateRequest authenticate;
  authenticate.auth_bytes = BytesView("hunter2hunter2");
  const std::string token = big(14, 4) + "hunter2hunter2";
  std::string from_client = text(wire::encode_request(authenticate, 2, 1, "me").value());
  const std::string handshake = text(wire::encode_request(old, 0, 2, "me").value());
  const std::string answer =
      text(wire::encode_response(protocol::SaslHandshakeResponse(), 0, 2).value());
  const auto at = [](std::size_t sequence) { return static_cast<std::uint32_t>(sequence); };
  const std::string file =
      pcap_header() + pcap_packet(0, ethernet_tcp(50000, 9092, 0, ack, from_client)) +
      pcap_packet(1, ethernet_tcp(50000, 9092, at(from_client.size()), ack, handshake)) +
      pcap_packet(2, ethernet_tcp(9092, 50000, 0, ack, answer)) +
      pcap_packet(
          3, ethernet_tcp(50000, 9092, at(from_client.size() + handshake.size()), ack, token)) +
      pcap_packet(4, ethernet_tcp(9092, 50000, at(answer.size()), ack, big(0, 4)));
  const Decoded all = decoded(file);
  REQUIRE(all.messages.size() == 5);
  CHECK(all.messages[0].find("auth_bytes=(hidden)") != std::string::npos);
  CHECK(all.messages[3].find("SASL token (hidden), 14 bytes") != std::string::npos);
  CHECK(all.messages[4].find("SASL token (hidden), 0 bytes") != std::string::npos);
  for (const std::string& message : all.messages)
    CHECK(message.find("hunter2") == std::string::npos);
}

TEST_CASE("a damaged file is an error, one that is cut short just ends") {
  CHECK(decoded("what").remarks.find("not a capture file") != std::string::npos);
  const std::string file =
      pcap_header() + pcap_packet(0, ethernet_tcp(50000, 9092, 0, ack, heartbeat(1)));
  for (std::size_t size = 24; size < file.size(); ++size)
    CHECK(decoded(file.substr(0, size)).remarks.empty());
  const std::string sections = pcapng_header() + big(6, 4) + big(7, 4) + big(0, 8);
  CHECK(decoded(sections).remarks.find("a block of an impossible size") != std::string::npos);
}

TEST_CASE("a field a line") {
  const std::string file =
      pcap_header() + pcap_packet(0, ethernet_tcp(50000, 9092, 0, ack, heartbeat(1)));
  const Decoded all = decoded(file, true);
  REQUIRE(all.messages.size() == 1);
  CHECK(all.messages[0].find(
            "HeartbeatRequest{\n  group_id=\"readers\"\n  generation_id=7\n  member_id=\"\"\n"
            "  group_instance_id=null\n}") != std::string::npos);
}
