// Takes apart request and response headers as a broker and a client do with what a connection
// delivers. Input: a frame without its size.

#include "protocol/wire/request_frame.hpp"
#include "protocol/messages/descriptors.hpp"

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace barnabas;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView frame(reinterpret_cast<const std::byte*>(data), size);
  if (const auto request = wire::decode_request_header(frame)) {
    if (request->api == nullptr || request->body.remaining() > size) std::abort();
  }
  static_cast<void>(wire::peek_correlation_id(frame).has_value());
  for (const protocol::ApiDescriptor& api : protocol::descriptors) {
    for (const std::int16_t version : {api.versions.min, api.versions.max}) {
      const auto response = wire::decode_response_header(frame, api.key, version);
      if (response && response->body.remaining() > size) std::abort();
    }
  }
  return 0;
}
