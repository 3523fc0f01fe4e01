#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace barnabas::client {

/// A property of librdkafka or of the Java client that Barnabas knows but does not have. Users
/// bring their files along: what is safe to leave out is accepted with a note, the rest is refused
/// with advice.
struct ForeignProperty {
  enum class Kind : std::uint8_t {
    harmless,  ///< Leaving it out changes nothing that can be relied on: a note is logged.
    refused,   ///< Leaving it out would surprise: an error, whatever the value.
  };
  std::string_view name;  ///< A trailing '*' matches every property that begins so.
  Kind kind;
  std::string_view advice;  ///< Completes "<name>: ".

  bool matches(std::string_view property) const noexcept;
};

/// Those that concern every kind of client.
std::span<const ForeignProperty> foreign_client_properties();

}  // namespace barnabas::client
