#pragma once

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas {

/// Any type that turns bytes into a `T`. Errors should be serialization_failed. It runs on the
/// thread that reads the record.
template <class Deserializer, class T>
concept DeserializerOf = requires(const Deserializer& deserializer, BytesView bytes) {
  { deserializer.deserialize(bytes) } -> std::convertible_to<Result<T>>;
};

/// What `typed` uses when it is given no deserializer: text, bytes, and whole numbers and doubles
/// as Java's serializers write them (big-endian). Specialise it for types of your own.
template <class T>
struct DefaultDeserializer;

template <>
struct DefaultDeserializer<std::string> {
  Result<std::string> deserialize(BytesView bytes) const { return std::string(bytes.text()); }
};

template <>
struct DefaultDeserializer<std::vector<std::byte>> {
  Result<std::vector<std::byte>> deserialize(BytesView bytes) const {
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  }
};

namespace detail {

template <class Number, class Bits>
Result<Number> big_endian(BytesView bytes) {
  if (bytes.size() != sizeof(Number)) {
    return Error(ErrorCode::serialization_failed, "expected " + std::to_string(sizeof(Number)) +
                                                      " bytes, found " +
                                                      std::to_string(bytes.size()));
  }
  Bits bits = 0;
  for (const std::byte byte : bytes) bits = (bits << 8) | std::to_integer<Bits>(byte);
  Number number;
  std::memcpy(&number, &bits, sizeof number);
  return number;
}

}  // namespace detail

template <>
struct DefaultDeserializer<std::int32_t> {
  Result<std::int32_t> deserialize(BytesView bytes) const {
    return detail::big_endian<std::int32_t, std::uint32_t>(bytes);
  }
};

template <>
struct DefaultDeserializer<std::int64_t> {
  Result<std::int64_t> deserialize(BytesView bytes) const {
    return detail::big_endian<std::int64_t, std::uint64_t>(bytes);
  }
};

template <>
struct DefaultDeserializer<double> {
  Result<double> deserialize(BytesView bytes) const {
    return detail::big_endian<double, std::uint64_t>(bytes);
  }
};

}  // namespace barnabas
