#pragma once

#include "protocol/base/version_range.hpp"
#include "protocol/wire/printer.hpp"

#include <barnabas/api_key.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

// Messages of a type that is known only at run time, for tools and tests. They are a library of
// their own (barnabas_message_types), because nobody else should pay for all messages.

namespace barnabas::wire {
class Reader;
class Writer;
}  // namespace barnabas::wire

namespace barnabas::protocol {

/// A message of some type, with that type's functions.
class AnyMessage {
 public:
  AnyMessage() = default;
  AnyMessage(const AnyMessage&) = delete;
  AnyMessage& operator=(const AnyMessage&) = delete;
  virtual ~AnyMessage() = default;

  virtual void decode(wire::Reader& in, std::int16_t version) = 0;
  virtual void encode(wire::Writer& out, std::int16_t version) const = 0;
  virtual std::size_t encoded_size(std::int16_t version) const = 0;
  virtual void print(wire::Printer& out) const = 0;
  /// Requires: a message of the same type.
  virtual bool equals(const AnyMessage& other) const = 0;
};

/// What there is to know about a type of message.
struct MessageType {
  enum class Kind : std::uint8_t { request, response, other };

  std::string_view name;
  Kind kind;
  std::optional<ApiKey> key;            ///< Of a request or response.
  VersionRange versions;                ///< The released ones.
  VersionRange versions_with_unstable;  ///< All that can be encoded and decoded.
  std::int16_t first_flexible;          ///< never_flexible: none.
  std::unique_ptr<AnyMessage> (*make)();
};

/// Requests and responses by key, then headers and data.
std::span<const MessageType* const> message_types();

/// The type of that name, or nullptr.
const MessageType* find_message_type(std::string_view name);
/// The request or response of an API, or nullptr.
const MessageType* find_message_type(ApiKey key, MessageType::Kind kind);

}  // namespace barnabas::protocol
