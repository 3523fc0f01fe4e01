#include "tests/simulation/message_text.hpp"

#include "protocol/wire/message_type.hpp"
#include "protocol/wire/request_frame.hpp"
#include "protocol/wire/text_printer.hpp"

namespace barnabas::test {

namespace {

using Kind = protocol::MessageType::Kind;

std::string body_text(ApiKey api, Kind kind, wire::Reader body, std::int16_t version) {
  const protocol::MessageType* const type = protocol::find_message_type(api, kind);
  if (type == nullptr) return "without a schema";
  const auto message = type->make();
  message->decode(body, version);
  if (!body.ok()) return body.error().to_string();
  std::string out;
  wire::TextPrinter printer(out, wire::TextPrinter::Form::line);
  message->print(printer);
  return out;
}

std::string prefix(std::int16_t version, std::int32_t correlation_id) {
  return "v" + std::to_string(version) + " id " + std::to_string(correlation_id) + " ";
}

}  // namespace

std::string request_text(BytesView frame) {
  const Result<wire::ReceivedRequest> request = wire::decode_request_header(frame);
  if (!request) return "cannot be read: " + request.error().to_string();
  return prefix(request->version, request->correlation_id) +
         body_text(request->api->key, Kind::request, request->body, request->version);
}

std::string response_text(BytesView frame, ApiKey api, std::int16_t version) {
  const Result<wire::ReceivedResponse> response = wire::decode_response_header(frame, api, version);
  if (!response) return "cannot be read: " + response.error().to_string();
  return prefix(version, response->correlation_id) +
         body_text(api, Kind::response, response->body, version);
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
