// A whole broker engine against clients that send anything, in pieces of any size. Input: a row of
// steps, each a byte that says what happens and the step's arguments. Whatever happens, answers are
// whole frames, there are never more of them than requests, and a well-behaved client on another
// connection is served as if nothing had been.

#include "broker/src/core/broker_engine.hpp"
#include "broker/src/handlers/routes.hpp"
#include "broker/src/io/memory_disk.hpp"
#include "protocol/messages/api_versions.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "tests/support/script_network.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::broker;
using fuzz::require;
using network::ConnectionId;

namespace {

constexpr std::uint64_t connections = 3;
constexpr std::size_t largest_answer = std::size_t{8} << 20;

BrokerSettings small_broker() {
  BrokerSettings settings;
  settings.connections.max_request_bytes = std::size_t{1} << 20;
  settings.topics.max_partitions = 8;
  settings.topics.offsets_partitions = 1;
  settings.fetch.max_bytes = 1 << 20;
  return settings;
}

class World {
 public:
  World() {
    require(engine_.start(now_).has_value(), "the broker starts");
    deliver_disk();
    engine_.add_listener(1, listener_, {"localhost", 9092});
    engine_.serve(now_);
    connect(well_behaved_);
  }

  void step(fuzz::Input& input) {
    const std::uint8_t what = input.byte();
    const ConnectionId id = connection(what >> 4);
    switch (what % 8) {
      case 0:
      case 1:
      case 2:
        return send(id, request(input), input.byte());
      case 3: {
        const BytesView raw = input.bytes(input.byte());
        raw_bytes_ += raw.size();
        return send(id, {raw.begin(), raw.end()}, input.byte());
      }
      case 4:
        return pass(std::chrono::milliseconds(input.number(2)));
      case 5:
        return take_answers(id);
      case 6:
        return end(id);
      default:
        return deliver_disk();
    }
  }

  void finish() {
    pass(std::chrono::hours(1));
    for (auto& [id, unread] : unread_) take_answers(id);
    const auto frame =
        wire::encode_request(protocol::ApiVersionsRequest(), 0, 77, std::string_view("good"));
    connect(well_behaved_);
    network_.receive(engine_, now_, well_behaved_, frame->flatten());
    const std::vector<std::byte> answer = network_.take_written(well_behaved_);
    require(answer.size() > 8, "a well-behaved client is answered");
    const auto header = wire::decode_response_header(
        BytesView(answer.data() + 4, answer.size() - 4), ApiKey::ApiVersions, 0);
    require(header && header->correlation_id == 77, "with what it asked for");
  }

 private:
  ConnectionId connection(std::uint64_t number) {
    const ConnectionId id{generation_ * connections + number % connections + 1};
    if (!network_.connections.contains(id)) connect(id);
    if (network_.connections[id].closed) {
      ++generation_;
      return connection(number);
    }
    return id;
  }

  void connect(ConnectionId id) {
    network_.connections.erase(id);
    network_.accept(engine_, now_, id, listener_);
  }

  /// A frame with a sound header for some API; its body is whatever comes.
  std::vector<std::byte> request(fuzz::Input& input) {
    const std::size_t row = input.byte() % routes().size();
    const protocol::ApiDescriptor& api = *routes()[row].api;
    const auto version = static_cast<std::int16_t>(api.versions.max - input.byte() % 20);
    const BytesView body = input.bytes(static_cast<std::size_t>(input.number(2)));
    std::vector<std::byte> frame;
    const auto put = [&](std::uint64_t value, int size) {
      for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
        frame.push_back(static_cast<std::byte>(value >> shift & 0xFF));
      }
    };
    const bool flexible = api.request_header_version(version) == 2;
    put(2 + 2 + 4 + 2 + (flexible ? 1 : 0) + body.size(), 4);
    put(static_cast<std::uint64_t>(static_cast<std::uint16_t>(api.key)), 2);
    put(static_cast<std::uint16_t>(version), 2);
    put(7, 4);       // correlation id
    put(0xFFFF, 2);  // no client id
    if (flexible) put(0, 1);
    frame.insert(frame.end(), body.begin(), body.end());
    ++requests_;
    return frame;
  }

  void send(ConnectionId id, const std::vector<std::byte>& bytes, std::uint8_t pieces) {
    std::vector<std::byte>& unread = unread_[id];
    unread.insert(unread.end(), bytes.begin(), bytes.end());
    const std::size_t piece = std::max<std::size_t>(pieces, unread.size() / 64 + 1);
    while (!unread.empty()) {
      const std::size_t count = std::min(piece, unread.size());
      const std::size_t taken = network_.receive(engine_, now_, id, std::span(unread).first(count));
      unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(taken));
      if (taken < count) break;
    }
  }

  /// The client reads; what it reads must be whole frames.
  void take_answers(ConnectionId id) {
    const std::vector<std::byte> bytes = network_.take_written(id);
    require(bytes.size() <= largest_answer, "answers are bounded");
    std::size_t at = 0;
    while (at < bytes.size()) {
      require(bytes.size() - at >= 8, "an answer has a size and a correlation id");
      at += 4 + wire::load_big_endian<std::uint32_t>(bytes.data() + at);
      require(at <= bytes.size(), "answers are whole");
      ++answers_;
    }
    // Raw bytes can be requests too, so they count generously.
    require(answers_ <= requests_ + raw_bytes_, "no answer without a request");
    if (!bytes.empty()) engine_.on_written(now_, id, bytes.size());
    send(id, {}, 255);
  }

  void end(ConnectionId id) {
    network_.connections[id].closed = true;
    engine_.on_closed(now_, id, Error(ErrorCode::disconnected));
    unread_.erase(id);
  }

  void pass(Duration time) {
    const Instant end = now_.monotonic + time;
    for (int steps = 0; steps < 1000; ++steps) {
      const std::optional<Instant> next = engine_.next_deadline();
      if (!next || *next > end) break;
      now_.monotonic = std::max(now_.monotonic, *next);
      engine_.advance(now_);
      deliver_disk();
    }
    now_.monotonic = end;
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    engine_.advance(now_);
  }

  void deliver_disk() {
    while (disk_.has_completions()) disk_.deliver(now_, engine_);
  }

  static constexpr ConnectionId well_behaved_{1'000'000};
  static constexpr network::ListenerId listener_{1};

  Now now_{Instant(std::chrono::seconds(1000)), 1'700'000'000'000};
  barnabas::test::ScriptNetwork network_;
  io::MemoryDisk disk_;
  BrokerEngine engine_{small_broker(), routes(), network_, disk_, Logger(), 1};
  std::map<ConnectionId, std::vector<std::byte>> unread_;
  std::uint64_t generation_ = 0;
  std::size_t requests_ = 0;
  std::size_t raw_bytes_ = 0;
  std::size_t answers_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  World world;
  fuzz::Input input(data, size);
  for (int steps = 0; steps < 200 && !input.empty(); ++steps) world.step(input);
  world.finish();
  return 0;
}
