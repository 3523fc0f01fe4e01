#pragma once

#include <cstddef>
#include <cstring>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace barnabas {

/// A read-only view of bytes that compares by content. It converts from text and from containers
/// and spans of std::byte, and to std::span<const std::byte>. Lifetime: the bytes belong to
/// somebody else and must outlive the view.
class BytesView {
 public:
  constexpr BytesView() = default;
  constexpr BytesView(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  template <class Range>
  requires(!std::is_same_v<Range, BytesView> &&
           std::is_constructible_v<std::span<const std::byte>, const Range&>)
      /*implicit*/ constexpr BytesView(const Range& bytes)
      : data_(std::data(bytes)), size_(std::size(bytes)) {}
  /*implicit*/ BytesView(std::string_view text)
      : data_(reinterpret_cast<const std::byte*>(text.data())), size_(text.size()) {}
  /*implicit*/ BytesView(const char* text) : BytesView(std::string_view(text)) {}
  /*implicit*/ BytesView(const std::string& text) : BytesView(std::string_view(text)) {}

  constexpr const std::byte* data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr const std::byte* begin() const noexcept { return data_; }
  constexpr const std::byte* end() const noexcept { return data_ + size_; }

  constexpr std::span<const std::byte> span() const noexcept { return {data_, size_}; }
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }

  friend bool operator==(BytesView a, BytesView b) noexcept {
    return a.size_ == b.size_ && (a.size_ == 0 || std::memcmp(a.data_, b.data_, a.size_) == 0);
  }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace barnabas

/// The bytes outlive the view, so that a span made from a view may outlive it as well.
template <>
inline constexpr bool std::ranges::enable_borrowed_range<barnabas::BytesView> = true;
