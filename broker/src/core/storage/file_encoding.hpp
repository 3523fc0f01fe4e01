#pragma once

#include "protocol/wire/big_endian.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/uuid.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

// Putting the content of a small file together; wire::Reader takes it apart.

namespace barnabas::broker::storage {

template <std::integral Integer>
void append_integer(std::string& out, Integer value) {
  std::array<std::byte, sizeof(Integer)> bytes;
  wire::store_big_endian(bytes.data(), static_cast<std::make_unsigned_t<Integer>>(value));
  out += BytesView(std::span<const std::byte>(bytes)).text();
}

/// int32 length, bytes.
inline void append_text(std::string& out, std::string_view text) {
  append_integer(out, static_cast<std::int32_t>(text.size()));
  out += text;
}

inline void append_uuid(std::string& out, const Uuid& id) {
  append_integer(out, id.high());
  append_integer(out, id.low());
}

}  // namespace barnabas::broker::storage
