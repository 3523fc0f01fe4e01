#pragma once

#include <barnabas/buffer.hpp>
#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace barnabas {

/// Any type that turns a `T` into bytes behind those already in the buffer: `serialize` returns
/// nothing, or a Result<void> whose error should be serialization_failed. It runs on the thread
/// that sends, possibly on several at once.
template <class Serializer, class T>
concept SerializerOf = requires(const Serializer& serializer, const T& value, Buffer& out) {
  serializer.serialize(value, out);
};

/// Text and bytes as they are. Also a deserializer, for the other end.
struct Text {
  void serialize(BytesView text, Buffer& out) const { out.append(text); }
  Result<std::string> deserialize(BytesView bytes) const { return std::string(bytes.text()); }
};
inline constexpr Text text;

/// What TypedProducer uses when it is given no serializer: text, bytes, and whole numbers and
/// doubles as Java's serializers write them (big-endian). Specialise it for types of your own.
template <class T>
struct DefaultSerializer;

template <>
struct DefaultSerializer<std::string> : Text {};
template <>
struct DefaultSerializer<std::string_view> : Text {};
template <>
struct DefaultSerializer<std::vector<std::byte>> : Text {};

namespace detail {

template <class Number, class Bits>
struct BigEndianSerializer {
  void serialize(Number value, Buffer& out) const {
    static_assert(sizeof(Number) == sizeof(Bits));
    Bits bits;
    std::memcpy(&bits, &value, sizeof bits);
    for (int shift = static_cast<int>(sizeof(Bits) * 8) - 8; shift >= 0; shift -= 8) {
      out.append(static_cast<char>((bits >> shift) & 0xFF));
    }
  }
};

}  // namespace detail

template <>
struct DefaultSerializer<std::int32_t> : detail::BigEndianSerializer<std::int32_t, std::uint32_t> {
};
template <>
struct DefaultSerializer<std::int64_t> : detail::BigEndianSerializer<std::int64_t, std::uint64_t> {
};
template <>
struct DefaultSerializer<double> : detail::BigEndianSerializer<double, std::uint64_t> {};

}  // namespace barnabas
