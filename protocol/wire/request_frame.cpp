#include "protocol/wire/request_frame.hpp"

#include "protocol/messages/headers.hpp"

#include <limits>
#include <string>

namespace barnabas::wire {

namespace {

using protocol::ApiDescriptor;
using protocol::RequestHeader;
using protocol::ResponseHeader;

/// Every header begins with these; a request's correlation id follows them.
constexpr std::size_t key_and_version_bytes = 4;

template <class Header>
void begin(Writer& out, const Header& header, std::int16_t header_version) {
  out.reserve({frame_size_bytes, 0});
  out.advance_to(out.fixed(out.cursor(), std::int32_t{0}));
  header.encode(out, header_version);
}

}  // namespace

Error message_error(const Error& error, std::string_view message_name, std::int16_t version) {
  return error.within(std::string(message_name) + " v" + std::to_string(version));
}

Result<ReceivedRequest> decode_request_header(BytesView frame) {
  if (frame.size() < key_and_version_bytes) {
    return Error(ErrorCode::malformed_message, "a request shorter than its header");
  }
  const auto key = static_cast<ApiKey>(load_big_endian<std::uint16_t>(frame.data()));
  const auto version = static_cast<std::int16_t>(load_big_endian<std::uint16_t>(frame.data() + 2));
  ReceivedRequest request;
  request.api = protocol::find_descriptor(key);
  if (request.api == nullptr) {
    return Error(ErrorCode::unsupported_version,
                 "a request with the unknown key " + std::to_string(static_cast<int>(key)));
  }
  const std::int16_t header_version = request.api->request_header_version(version);
  Reader in(frame);
  RequestHeader header;
  header.decode(in, header_version);
  if (!in.ok()) return message_error(in.error(), RequestHeader::message_name, header_version);
  request.version = version;
  request.correlation_id = header.correlation_id;
  request.client_id = header.client_id;
  request.body = Reader(in.rest());
  return request;
}

Result<std::int32_t> peek_correlation_id(BytesView frame) {
  if (frame.size() < sizeof(std::int32_t)) {
    return Error(ErrorCode::malformed_message, "a response shorter than its header");
  }
  return static_cast<std::int32_t>(load_big_endian<std::uint32_t>(frame.data()));
}

Result<ReceivedResponse> decode_response_header(BytesView frame, ApiKey key, std::int16_t version) {
  const ApiDescriptor* const api = protocol::find_descriptor(key);
  if (api == nullptr) {
    return Error(ErrorCode::unsupported_version,
                 "a response with the unknown key " + std::to_string(static_cast<int>(key)));
  }
  const std::int16_t header_version = api->response_header_version(version);
  Reader in(frame);
  ResponseHeader header;
  header.decode(in, header_version);
  if (!in.ok()) return message_error(in.error(), ResponseHeader::message_name, header_version);
  ReceivedResponse response;
  response.correlation_id = header.correlation_id;
  response.body = Reader(in.rest());
  return response;
}

namespace detail {

Error unsupported_version(std::string_view message_name, std::int16_t version) {
  return message_error(Error(ErrorCode::unsupported_version), message_name, version);
}

void begin_request(Writer& out, ApiKey key, std::int16_t version, std::int32_t correlation_id,
                   std::optional<std::string_view> client_id) {
  RequestHeader header;
  header.request_api_key = static_cast<std::int16_t>(key);
  header.request_api_version = version;
  header.correlation_id = correlation_id;
  header.client_id = client_id;
  begin(out, header, protocol::find_descriptor(key)->request_header_version(version));
}

void begin_response(Writer& out, ApiKey key, std::int16_t version, std::int32_t correlation_id) {
  ResponseHeader header;
  header.correlation_id = correlation_id;
  begin(out, header, protocol::find_descriptor(key)->response_header_version(version));
}

Result<GatherBuffer> finish(GatherBuffer&& frame, Writer& out, std::string_view message_name,
                            std::int16_t version) {
  if (!out.complete()) return message_error(out.error(), message_name, version);
  const std::size_t size = frame.size() - frame_size_bytes;
  if (size > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    return message_error(Error(ErrorCode::message_too_large), message_name, version);
  }
  store_big_endian(frame.owned().data(), static_cast<std::uint32_t>(size));
  return std::move(frame);
}

}  // namespace detail

}  // namespace barnabas::wire
