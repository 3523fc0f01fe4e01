#include "broker/src/handlers/legacy_produce.hpp"

#include "protocol/wire/big_endian.hpp"
#include "protocol/wire/reader.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace barnabas::broker {
namespace {

constexpr std::int16_t last_legacy_version = 2;

class FrameBuilder {
 public:
  template <class Integer>
  void put(Integer value) {
    std::array<std::byte, sizeof(Integer)> bytes;
    wire::store_big_endian(bytes.data(), static_cast<std::make_unsigned_t<Integer>>(value));
    frame_.append(bytes);
  }
  void put(std::string_view text) {
    put(static_cast<std::int16_t>(text.size()));
    frame_.append(BytesView(text));
  }
  wire::GatherBuffer finish() && {
    const auto size = static_cast<std::uint32_t>(frame_.size() - wire::frame_size_bytes);
    wire::store_big_endian(frame_.owned().data(), size);
    return std::move(frame_);
  }

 private:
  wire::GatherBuffer frame_;
};

void refuse_partitions(wire::Reader& body, std::int16_t version, FrameBuilder& out) {
  constexpr std::size_t smallest = 8;
  const std::size_t partitions = body.array_size(false, smallest, 1, "partition_data");
  out.put(static_cast<std::int32_t>(partitions));
  for (std::size_t i = 0; i < partitions && body.ok(); ++i) {
    const std::int32_t index = body.int32("index");
    body.records(false, true, "records");
    out.put(index);
    out.put(static_cast<std::int16_t>(ErrorCode::unsupported_version));
    out.put(std::int64_t{-1});                    // base offset
    if (version >= 2) out.put(std::int64_t{-1});  // append time
  }
}

}  // namespace

Answer refuse_legacy_produce(const wire::ReceivedRequest& request) {
  const std::int16_t version = request.version;
  const Error reason(ErrorCode::unsupported_version,
                     "Produce version " + std::to_string(version) + " is not served here");
  if (version < 0 || version > last_legacy_version) return Answer::close(reason);
  wire::Reader body = request.body;
  const std::int16_t acks = body.int16("acks");
  body.int32("timeout_ms");
  FrameBuilder out;
  out.put(std::int32_t{0});  // the size, filled in at the end
  out.put(request.correlation_id);
  constexpr std::size_t smallest = 6;
  const std::size_t topics = body.array_size(false, smallest, 1, "topic_data");
  out.put(static_cast<std::int32_t>(topics));
  for (std::size_t i = 0; i < topics && body.ok(); ++i) {
    out.put(body.string(false, "name"));
    refuse_partitions(body, version, out);
  }
  if (version >= 1) out.put(std::int32_t{0});  // throttle time
  if (!body.ok()) return Answer::close(body.error());
  if (acks == 0) return Answer::close(reason);
  return Answer::send(std::move(out).finish());
}

}  // namespace barnabas::broker
