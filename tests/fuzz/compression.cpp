// Every codec: any bytes may claim to be compressed, and what was compressed comes back. The first
// byte chooses the codec and the form.

#include "protocol/compression/compressor.hpp"
#include "protocol/compression/decompressor.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <vector>

using namespace barnabas;

namespace {

constexpr std::size_t limit = 1 << 20;

void round_trip(Codec codec, BytesView content, std::size_t cut,
                compression::Decompressor& decompressor) {
  static compression::Compressor compressor;
  const std::vector<std::span<const std::byte>> parts = {content.span().first(cut),
                                                         content.span().subspan(cut)};
  const Result<BytesView> compressed = compressor.compress(codec, parts);
  fuzz::require(compressed.has_value(), "everything compresses");
  ByteBuffer out;
  const bool done = decompressor.decompress(codec, *compressed, content.size(), out).has_value();
  fuzz::require(done && out.view() == content, "content comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint8_t choice = input.byte();
  const auto codec = static_cast<Codec>(1 + choice % 4);
  const bool magic0 = (choice & 0x80U) != 0;
  const BytesView bytes = input.rest();
  static compression::Decompressor decompressor;
  ByteBuffer out;
  const Result<void> done = magic0 ? decompressor.decompress_magic0(codec, bytes, limit, out)
                                   : decompressor.decompress(codec, bytes, limit, out);
  fuzz::require(out.size() <= limit, "the limit is kept");
  fuzz::require(done || (out.empty() && done.error() == ErrorCode::decompression_failed),
                "a failure leaves nothing");
  fuzz::require(out.capacity() <= 4 * limit, "memory is kept near the limit");
  round_trip(codec, bytes, choice % (bytes.size() + 1), decompressor);
  return 0;
}
