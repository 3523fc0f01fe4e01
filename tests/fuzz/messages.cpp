// Decodes any message in any version. What is understood must be writable, in the size announced,
// and must read as the same again.
// Input: a byte that picks the message (twice the API's key, plus one for the response; 200 and up
// for headers and data), one that picks the version, the bytes of the message.

#include "protocol/messages/all_messages.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/writer.hpp"

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace barnabas;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

template <class Message>
void check(std::int16_t version, BytesView bytes) {
  wire::Reader in(bytes);
  Message message;
  message.decode(in, version);
  std::string text;
  message.print(text);
  if (!in.ok()) {
    require(in.error() == ErrorCode::malformed_message);
    return;
  }
  wire::GatherBuffer buffer;
  wire::Writer out(buffer);
  message.encode(out, version);
  require(out.complete());
  require(buffer.size() == message.encoded_size(version));
  const std::vector<std::byte> written = buffer.flatten();
  wire::Reader again(BytesView(written.data(), written.size()));
  Message copy;
  copy.decode(again, version);
  require(again.ok() && again.remaining() == 0);
  // Not through ==: a NaN in a float64 differs from itself.
  std::string copy_text;
  copy.print(copy_text);
  require(copy_text == text);
}

constexpr int first_without_api = 200;

template <class Message>
int number(int& without_api) {
  if constexpr (requires { typename Message::Response; }) {
    return static_cast<int>(Message::api_key) * 2;
  } else if constexpr (requires { Message::api_key; }) {
    return static_cast<int>(Message::api_key) * 2 + 1;
  } else {
    return without_api++;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const BytesView bytes(reinterpret_cast<const std::byte*>(data) + 2, size - 2);
  int without_api = first_without_api;
  protocol::for_each_message([&]<class Message>() {
    if (number<Message>(without_api) != data[0]) return;
    const int count = Message::versions.max - Message::versions.min + 1;
    check<Message>(static_cast<std::int16_t>(Message::versions.min + data[1] % count), bytes);
  });
  return 0;
}
