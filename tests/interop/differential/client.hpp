#pragma once

#include "tests/interop/differential/details.hpp"
#include "tests/interop/differential/peer.hpp"
#include "tests/interop/differential/world.hpp"

#include "protocol/wire/encoded_size.hpp"
#include "protocol/wire/request_frame.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::differential {

/// What one broker answered. The message views the frame.
template <class Response>
struct Answer {
  Reply reply;
  std::optional<Response> message;
};

/// A client of both brokers: sends the same requests to each and compares the answers. A closed
/// connection is opened again on both.
class Client {
 public:
  explicit Client(World& world, std::string client_id = "differential")
      : world_(world), client_id_(std::move(client_id)) {}

  /// Answers are compared; switch off for requests that only prepare something.
  Client& quietly() {
    compared_ = false;
    return *this;
  }
  /// How long an answer may take.
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

  /// `make` is the request, or a function of the side that makes it.
  template <class Request, class Make>
  Both<Answer<typename Request::Response>> ask(std::string_view step, std::int16_t version,
                                               const Make& make) {
    begin<Request>(version, make);
    return finish<Request>(step, version);
  }

  /// The same in two halves, for requests that wait. Answers come in the order of requests.
  template <class Request, class Make>
  void begin(std::int16_t version, const Make& make) {
    for (const Side side : sides) send(side, encode<Request>(side, version, make));
  }
  template <class Request>
  Both<Answer<typename Request::Response>> finish(std::string_view step, std::int16_t version) {
    Both<Answer<typename Request::Response>> answers;
    Both<Value> values;
    for (const Side side : sides) {
      answers[side].reply = receive(side);
      values[side] = take_apart<typename Request::Response>(answers[side], version);
    }
    conclude({world_.scenario(), std::string(step),
              std::string(protocol::find_descriptor(Request::api_key)->name), version},
             values);
    return answers;
  }

  /// Frames as they are, sizes included; what comes back is read as the answer to Request.
  template <class Request>
  void ask_bytes(std::string_view step, std::int16_t version,
                 const Both<std::vector<std::byte>>& frames) {
    for (const Side side : sides) send(side, frames[side]);
    (void)finish<Request>(step, version);
  }

  template <class Request, class Make>
  std::vector<std::byte> encode(Side side, std::int16_t version, const Make& make) {
    const Request request = request_for<Request>(side, make);
    return wire::encode_request(request, version, correlation_id, client_id_).value().flatten();
  }

  static constexpr std::int32_t correlation_id = 7;

 private:
  template <class Request, class Make>
  static Request request_for(Side side, const Make& make) {
    if constexpr (std::is_invocable_v<Make, Side>) {
      return make(side);
    } else {
      return make;
    }
  }

  template <class Response>
  static Value take_apart(Answer<Response>& answer, std::int16_t version) {
    Value value = outcome(answer.reply);
    if (answer.reply.kind != Reply::Kind::frame) return value;
    const Result<wire::ReceivedResponse> header =
        wire::decode_response_header(answer.reply.frame, Response::api_key, version);
    if (!header) return unreadable(header.error());
    Result<Response> message = wire::decode_body<Response>(header->body, version);
    if (!message) return unreadable(message.error());
    std::string text;
    message->print(text);
    for (auto& field : parse_message_text(text).fields) value.fields.push_back(std::move(field));
    add_details(*message, value);
    add_unknown_bytes(value, header->body.remaining(), message->encoded_size(version));
    answer.message = std::move(*message);
    return value;
  }

  static Value outcome(const Reply& reply);
  static Value unreadable(const Error& error);
  static void add_unknown_bytes(Value& value, std::size_t size, std::size_t understood);
  void send(Side side, std::span<const std::byte> frame);
  Reply receive(Side side);
  void conclude(const Step& step, const Both<Value>& values);

  World& world_;
  std::string client_id_;
  bool compared_ = true;
  std::chrono::milliseconds patience_{10'000};
  Both<std::unique_ptr<Peer>> peers_;
};

/// Calls `use(version)` for every version of Request.
template <class Request, class Use>
void for_each_version(const Use& use) {
  for (std::int16_t version = Request::versions.min; version <= Request::versions.max; ++version) {
    use(version);
  }
}

}  // namespace barnabas::differential
