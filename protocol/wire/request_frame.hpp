#pragma once

#include "protocol/wire/api_descriptor.hpp"
#include "protocol/wire/gather_buffer.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/writer.hpp"

#include <barnabas/api_key.hpp>
#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

// Frames: a size of four bytes, a header, a message. The only place that knows header versions.

namespace barnabas::wire {

/// Bytes of the size before a frame; the size does not count itself.
inline constexpr std::size_t frame_size_bytes = 4;

/// A request as it came in. Views point into the frame.
struct ReceivedRequest {
  const protocol::ApiDescriptor* api = nullptr;  ///< Never null.
  std::int16_t version = 0;                      ///< As sent; may be out of `api->versions`.
  std::int32_t correlation_id = 0;
  std::optional<std::string_view> client_id;
  Reader body{BytesView()};  ///< Where the message begins.
};

/// A response as it came in.
struct ReceivedResponse {
  std::int32_t correlation_id = 0;
  Reader body{BytesView()};  ///< Where the message begins.
};

/// Takes apart the header of a request frame (without its size). A version that we do not speak is
/// no error here, because the answer to ApiVersions depends on it.
/// Errors: unsupported_version for an unknown API, malformed_message.
Result<ReceivedRequest> decode_request_header(BytesView frame);
/// The correlation id of a response frame (without its size), to find what was asked for.
/// Errors: malformed_message.
Result<std::int32_t> peek_correlation_id(BytesView frame);
/// Takes apart the header of a response frame (without its size).
/// Errors: malformed_message.
Result<ReceivedResponse> decode_response_header(BytesView frame, ApiKey key, std::int16_t version);

/// `error` with the message's name and version in front: "HeartbeatRequest v4: ...".
Error message_error(const Error& error, std::string_view message_name, std::int16_t version);

namespace detail {

Error unsupported_version(std::string_view message_name, std::int16_t version);
/// Room for the size, and the header.
void begin_request(Writer& out, ApiKey key, std::int16_t version, std::int32_t correlation_id,
                   std::optional<std::string_view> client_id);
void begin_response(Writer& out, ApiKey key, std::int16_t version, std::int32_t correlation_id);
/// Fills in the size.
Result<GatherBuffer> finish(GatherBuffer&& frame, Writer& out, std::string_view message_name,
                            std::int16_t version);

}  // namespace detail

/// A whole request frame, its size included. Record data stays borrowed.
/// Errors: unsupported_version when we do not speak `version` or it cannot carry a field that is
/// set; invalid_argument for text that is too long; message_too_large above 2^31-1 bytes.
template <class Request>
Result<GatherBuffer> encode_request(const Request& request, std::int16_t version,
                                    std::int32_t correlation_id,
                                    std::optional<std::string_view> client_id) {
  if (!Request::versions.contains(version)) {
    return detail::unsupported_version(Request::message_name, version);
  }
  GatherBuffer frame;
  Writer out(frame);
  detail::begin_request(out, Request::api_key, version, correlation_id, client_id);
  request.encode(out, version);
  return detail::finish(std::move(frame), out, Request::message_name, version);
}

/// A whole response frame, likewise.
template <class Response>
Result<GatherBuffer> encode_response(const Response& response, std::int16_t version,
                                     std::int32_t correlation_id) {
  if (!Response::versions.contains(version)) {
    return detail::unsupported_version(Response::message_name, version);
  }
  GatherBuffer frame;
  Writer out(frame);
  detail::begin_response(out, Response::api_key, version, correlation_id);
  response.encode(out, version);
  return detail::finish(std::move(frame), out, Response::message_name, version);
}

/// The message that follows a header. Bytes behind it are ignored, as Kafka does.
/// Errors: unsupported_version, malformed_message; the message's name and version in front.
template <class Message>
Result<Message> decode_body(Reader body, std::int16_t version) {
  if (!Message::versions.contains(version)) {
    return detail::unsupported_version(Message::message_name, version);
  }
  Message message;
  message.decode(body, version);
  if (!body.ok()) return message_error(body.error(), Message::message_name, version);
  return message;
}

}  // namespace barnabas::wire
