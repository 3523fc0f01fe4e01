#include "tests/simulation/message_text.hpp"

#include "protocol/messages/all_messages.hpp"
#include "protocol/wire/request_frame.hpp"

#include <type_traits>

namespace barnabas::test {

namespace {

template <class Message>
concept HasApi = requires {
  Message::api_key;
};
template <class Message>
concept IsRequest = HasApi<Message> && requires {
  typename Message::Response;
};

template <class Message>
void print_body(const wire::Reader& body, std::int16_t version, std::string& out) {
  const Result<Message> message = wire::decode_body<Message>(body, version);
  if (message) {
    message->print(out);
  } else {
    out += message.error().to_string();
  }
}

}  // namespace

std::string request_text(BytesView frame) {
  const Result<wire::ReceivedRequest> request = wire::decode_request_header(frame);
  if (!request) return "cannot be read: " + request.error().to_string();
  std::string out = "v" + std::to_string(request->version) + " id " +
                    std::to_string(request->correlation_id) + " ";
  protocol::for_each_message([&]<class Message>() {
    if constexpr (IsRequest<Message>) {
      if (Message::api_key == request->api->key) {
        print_body<Message>(request->body, request->version, out);
      }
    }
  });
  return out;
}

std::string response_text(BytesView frame, ApiKey api, std::int16_t version) {
  const Result<wire::ReceivedResponse> response = wire::decode_response_header(frame, api, version);
  if (!response) return "cannot be read: " + response.error().to_string();
  std::string out =
      "v" + std::to_string(version) + " id " + std::to_string(response->correlation_id) + " ";
  protocol::for_each_message([&]<class Message>() {
    if constexpr (HasApi<Message> && !IsRequest<Message>) {
      if (Message::api_key == api) print_body<Message>(response->body, version, out);
    }
  });
  return out;
}

void note_errors(std::string_view text, const std::string& api, Coverage& coverage) {
  constexpr std::string_view field = "error_code=";
  for (std::size_t at = text.find(field); at != std::string_view::npos; at = text.find(field, at)) {
    at += field.size();
    const std::size_t end = text.find_first_of(",} ", at);
    coverage.hit("answer " + api + " " + std::string(text.substr(at, end - at)));
  }
}

}  // namespace barnabas::test
