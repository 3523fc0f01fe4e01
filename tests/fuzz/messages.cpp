// Decodes any message in any version. What is understood must be writable, in the size announced,
// and must read as the same again. Decoding allocates in proportion to the bytes that it is given.
// Input: a byte that picks the message (twice the API's key, plus one for the response; 200 and up
// for headers and data), one that picks the version, the bytes of the message.

#include "protocol/wire/json_printer.hpp"
#include "protocol/wire/message_type.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/writer.hpp"

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

using namespace barnabas;

namespace {

// What operator new has handed out.
std::size_t allocated = 0;

}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocated += size;
  return std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* const memory = operator new(size, std::nothrow)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

// wire::Reader promises 32 bytes a byte and 64 KiB.
constexpr std::size_t memory_per_byte = 32;
constexpr std::size_t memory_floor = 64 * 1024;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string printed(const protocol::AnyMessage& message) {
  std::string text;
  wire::JsonPrinter printer(text);
  message.print(printer);
  return text;
}

void check(const protocol::MessageType& type, std::int16_t version, BytesView bytes) {
  wire::Reader in(bytes);
  const auto message = type.make();
  const std::size_t before = allocated;
  message->decode(in, version);
  require(allocated - before <= bytes.size() * memory_per_byte + memory_floor);
  const std::string text = printed(*message);
  if (!in.ok()) {
    require(in.error() == ErrorCode::malformed_message);
    return;
  }
  wire::GatherBuffer buffer;
  wire::Writer out(buffer);
  message->encode(out, version);
  require(out.complete());
  require(buffer.size() == message->encoded_size(version));
  const std::vector<std::byte> written = buffer.flatten();
  wire::Reader again(BytesView(written.data(), written.size()));
  const auto copy = type.make();
  copy->decode(again, version);
  require(again.ok() && again.remaining() == 0);
  // Not through `equals`: a NaN in a float64 differs from itself.
  require(printed(*copy) == text);
}

constexpr int first_without_api = 200;

int number(const protocol::MessageType& type, int& without_api) {
  if (!type.key) return without_api++;
  const bool is_request = type.kind == protocol::MessageType::Kind::request;
  return static_cast<int>(*type.key) * 2 + (is_request ? 0 : 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const BytesView bytes(reinterpret_cast<const std::byte*>(data) + 2, size - 2);
  int without_api = first_without_api;
  for (const protocol::MessageType* type : protocol::message_types()) {
    if (number(*type, without_api) != data[0]) continue;
    const VersionRange versions = type->versions_with_unstable;
    const int count = versions.max - versions.min + 1;
    check(*type, static_cast<std::int16_t>(versions.min + data[1] % count), bytes);
  }
  return 0;
}
