#pragma once

#include <barnabas/bytes.hpp>
#include <barnabas/header_view.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace barnabas {

/// The headers of a record in their order, decoded while iterating; nothing is allocated.
/// Lifetime: a view into the record.
class HeadersView {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = HeaderView;
    using difference_type = std::ptrdiff_t;
    using pointer = const HeaderView*;
    using reference = const HeaderView&;

    Iterator() = default;
    Iterator(BytesView bytes, std::int32_t left) : rest_(bytes), left_(left) { load(); }
    reference operator*() const noexcept { return header_; }
    pointer operator->() const noexcept { return &header_; }
    Iterator& operator++() {
      --left_;
      load();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
      return a.left_ == b.left_;
    }

   private:
    void load();

    BytesView rest_;
    HeaderView header_;
    std::int32_t left_ = 0;
  };

  HeadersView() = default;
  /// Requires: `bytes` are `count` well-formed headers.
  HeadersView(BytesView bytes, std::int32_t count) : bytes_(bytes), count_(count) {}

  Iterator begin() const { return {bytes_, count_}; }
  Iterator end() const { return {}; }
  std::size_t size() const noexcept { return static_cast<std::size_t>(count_); }
  bool empty() const noexcept { return count_ == 0; }
  BytesView bytes() const noexcept { return bytes_; }

 private:
  BytesView bytes_;
  std::int32_t count_ = 0;
};

}  // namespace barnabas
