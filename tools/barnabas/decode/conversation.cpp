#include "tools/barnabas/decode/conversation.hpp"

#include "protocol/wire/big_endian.hpp"
#include "protocol/wire/message_type.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tools/barnabas/decode/message_text.hpp"

namespace barnabas::tools {

namespace {

using protocol::ApiDescriptor;
using protocol::MessageType;

constexpr std::size_t largest_frame = std::size_t{1} << 30;

std::string number(std::int64_t value) { return std::to_string(value); }

std::string sized(BytesView frame) {
  return number(static_cast<std::int64_t>(frame.size())) + " bytes";
}

bool is_tls(BytesView bytes) {
  return bytes.size() >= 2 && bytes.data()[0] == std::byte{0x16} && bytes.data()[1] == std::byte{3};
}

}  // namespace

bool may_begin_with_request(BytesView bytes) {
  constexpr std::size_t least_header = 8;
  constexpr std::int16_t versions_to_come = 20;
  if (bytes.size() < wire::frame_size_bytes + 4) return false;
  const std::size_t size = wire::load_big_endian<std::uint32_t>(bytes.data());
  const auto key = static_cast<ApiKey>(wire::load_big_endian<std::uint16_t>(bytes.data() + 4));
  const auto version =
      static_cast<std::int16_t>(wire::load_big_endian<std::uint16_t>(bytes.data() + 6));
  const ApiDescriptor* const api = protocol::find_descriptor(key);
  return size >= least_header && size <= largest_frame && api != nullptr && version >= 0 &&
         version <= api->versions.max + versions_to_come;
}

bool begins_with_request(BytesView bytes) {
  if (!may_begin_with_request(bytes)) return false;
  const std::size_t size = wire::load_big_endian<std::uint32_t>(bytes.data());
  if (size > bytes.size() - wire::frame_size_bytes) return false;
  const auto header =
      wire::decode_request_header(bytes.text().substr(wire::frame_size_bytes, size));
  if (!header) return false;
  const MessageType* const type =
      protocol::find_message_type(header->api->key, MessageType::Kind::request);
  if (!type->versions_with_unstable.contains(header->version)) return false;
  wire::Reader in = header->body;
  type->make()->decode(in, header->version);
  return in.ok() && in.remaining() == 0;
}

void Conversation::expect(const ApiDescriptor& api, std::int16_t version) {
  expected_.push_back({&api, version});
}

std::size_t Conversation::read(BytesView bytes, bool from_client) {
  std::size_t used = 0;
  while (!lost_[from_client ? 0 : 1] && bytes.size() - used >= wire::frame_size_bytes) {
    const BytesView rest = bytes.text().substr(used);
    const std::size_t size = wire::load_big_endian<std::uint32_t>(rest.data());
    if (size > largest_frame) {
      lost_[from_client ? 0 : 1] = true;
      output_(
          is_tls(rest) ? "TLS: it cannot be read" : "not a frame of Kafka: the rest is left out",
          "");
      break;
    }
    if (size > rest.size() - wire::frame_size_bytes) break;
    const BytesView frame = rest.text().substr(wire::frame_size_bytes, size);
    from_client ? request(frame) : response(frame);
    used += wire::frame_size_bytes + size;
  }
  return used;
}

void Conversation::request(BytesView frame) {
  const Result<wire::ReceivedRequest> header = wire::decode_request_header(frame);
  if (bare_tokens_ && (!header || header->version > header->api->versions.max)) {
    output_("SASL token (hidden), " + sized(frame), "");
    return;
  }
  if (!header) {
    output_("request, " + sized(frame) + ": " + header.error().to_string(), "");
    return;
  }
  if (bare_tokens_ && header->api->key != ApiKey::SaslHandshake) bare_tokens_ = false;
  const Asked what{header->api, header->version};
  asked_[header->correlation_id] = what;
  std::string title = "#" + number(header->correlation_id) + " " + std::string(what.api->name) +
                      " v" + number(what.version) + " request, " + sized(frame);
  if (header->client_id) title += ", client \"" + std::string(*header->client_id) + "\"";
  print(what, true, title, header->body.rest());
}

void Conversation::response(BytesView frame) {
  const Result<std::int32_t> correlation_id = wire::peek_correlation_id(frame);
  Asked what;
  if (const auto found = correlation_id ? asked_.find(*correlation_id) : asked_.end();
      found != asked_.end()) {
    what = found->second;
    asked_.erase(found);
  } else if (!expected_.empty()) {
    what = expected_.front();
    expected_.pop_front();
  } else if (bare_tokens_) {
    output_("SASL token (hidden), " + sized(frame), "");
    return;
  } else {
    output_("response to a request that was not seen, " + sized(frame) +
                (correlation_id ? ", #" + number(*correlation_id) : ""),
            "");
    return;
  }
  if (what.api->key == ApiKey::SaslHandshake && what.version == 0) bare_tokens_ = true;
  const std::string title = (correlation_id ? "#" + number(*correlation_id) + " " : "") +
                            std::string(what.api->name) + " v" + number(what.version) +
                            " response, " + sized(frame);
  const auto header = wire::decode_response_header(frame, what.api->key, what.version);
  if (!header) return output_(title + ": " + header.error().to_string(), "");
  print(what, false, title, header->body.rest());
}

void Conversation::print(const Asked& what, bool is_request, const std::string& title,
                         BytesView body) {
  const auto kind = is_request ? MessageType::Kind::request : MessageType::Kind::response;
  const MessageType* const type = protocol::find_message_type(what.api->key, kind);
  std::int16_t version = what.version;
  // A broker that does not know the version of ApiVersions answers in version 0 (KIP-511).
  Result<std::string> text = message_text(*type, version, body, style_);
  if (!text && !is_request && what.api->key == ApiKey::ApiVersions && version != 0) {
    version = 0;
    text = message_text(*type, version, body, style_);
  }
  text ? output_(title, *text) : output_(title + ": " + text.error().to_string(), "");
}

}  // namespace barnabas::tools
