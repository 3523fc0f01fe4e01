#pragma once

#include <barnabas/bytes.hpp>

#include <optional>
#include <string_view>

namespace barnabas {

/// A header of a record: a UTF-8 key, not necessarily unique, and a value that may be null.
/// Lifetime: views of bytes that belong to somebody else.
struct HeaderView {
  std::string_view key;
  std::optional<BytesView> value;

  HeaderView() = default;
  HeaderView(std::string_view header_key, std::optional<BytesView> header_value)
      : key(header_key), value(header_value) {}

  friend bool operator==(const HeaderView&, const HeaderView&) = default;
};

}  // namespace barnabas
