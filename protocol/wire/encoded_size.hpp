#pragma once

#include "protocol/wire/record_segments.hpp"
#include "protocol/wire/varint.hpp"

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace barnabas::wire {

/// How many bytes a message takes on the wire: those that the frame owns and the record data that
/// it borrows.
struct EncodedSize {
  std::size_t owned = 0;
  std::size_t borrowed = 0;

  constexpr std::size_t total() const noexcept { return owned + borrowed; }
};

// Sizes of single values; `flexible` selects the compact forms.

constexpr std::size_t string_size(std::string_view value, bool flexible) noexcept {
  return value.size() + (flexible ? uvarint_size(value.size() + 1) : 2);
}
constexpr std::size_t string_size(const std::optional<std::string_view>& value,
                                  bool flexible) noexcept {
  return value ? string_size(*value, flexible) : flexible ? 1 : 2;
}
/// The length before `size` bytes or that many array elements.
constexpr std::size_t length_size(std::size_t size, bool flexible) noexcept {
  return flexible ? uvarint_size(size + 1) : 4;
}
constexpr std::size_t null_length_size(bool flexible) noexcept { return flexible ? 1 : 4; }
constexpr std::size_t bytes_size(BytesView value, bool flexible) noexcept {
  return value.size() + length_size(value.size(), flexible);
}
constexpr std::size_t bytes_size(const std::optional<BytesView>& value, bool flexible) noexcept {
  return value ? bytes_size(*value, flexible) : null_length_size(flexible);
}
/// The length before record data; the data itself is borrowed.
inline std::size_t records_length_size(const RecordSegments& value, bool flexible) noexcept {
  return value.is_null() ? null_length_size(flexible) : length_size(value.size(), flexible);
}
/// Adds a tagged field with `content` to `size`.
constexpr void add_tagged(EncodedSize& size, std::uint32_t tag,
                          const EncodedSize& content) noexcept {
  size.owned += uvarint_size(tag) + uvarint_size(content.total()) + content.owned;
  size.borrowed += content.borrowed;
}

}  // namespace barnabas::wire
