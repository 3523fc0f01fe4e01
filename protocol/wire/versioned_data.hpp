#pragma once

#include "protocol/wire/gather_buffer.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/request_frame.hpp"
#include "protocol/wire/writer.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

// Data messages with their version in front, as the consumer protocol and coordinators use them.

namespace barnabas::wire {

/// What to make of data with a higher version than we know.
enum class NewerVersion : std::uint8_t {
  refuse,          ///< It may mean something else altogether: persisted records.
  read_as_newest,  ///< It has our newest version's fields first: the consumer protocol.
};

/// An int16 version, then the message in that version.
/// Errors: as encode_request.
template <class Message>
Result<std::vector<std::byte>> encode_versioned(const Message& message, std::int16_t version) {
  if (!Message::versions.contains(version)) {
    return detail::unsupported_version(Message::message_name, version);
  }
  GatherBuffer buffer;
  Writer out(buffer);
  out.reserve({sizeof version + message.measure(version).owned, 0});
  out.advance_to(out.fixed(out.cursor(), version));
  message.encode(out, version);
  if (!out.complete()) return message_error(out.error(), Message::message_name, version);
  return buffer.flatten();
}

/// The reverse; the message views `data`. Bytes behind the message are ignored.
/// Errors: unsupported_version, malformed_message.
template <class Message>
Result<Message> decode_versioned(BytesView data, NewerVersion newer) {
  Reader in(data);
  std::int16_t version = in.int16("version");
  if (!in.ok()) return in.error().within(Message::message_name);
  if (newer == NewerVersion::read_as_newest) version = std::min(version, Message::versions.max);
  return decode_body<Message>(Reader(in.rest()), version);
}

}  // namespace barnabas::wire
