#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace barnabas::differential {

/// The two brokers that are compared.
enum class Side : std::size_t { apache, ours };
inline constexpr std::array sides{Side::apache, Side::ours};

constexpr std::string_view name(Side side) noexcept {
  return side == Side::apache ? "Apache Kafka" : "Barnabas";
}

/// One of something for each broker: an id that each of them chose, a connection, an answer.
template <class T>
class Both {
 public:
  Both() = default;
  Both(T apache, T ours) : values_{std::move(apache), std::move(ours)} {}

  T& operator[](Side side) noexcept { return values_[static_cast<std::size_t>(side)]; }
  const T& operator[](Side side) const noexcept { return values_[static_cast<std::size_t>(side)]; }

 private:
  std::array<T, 2> values_{};
};

}  // namespace barnabas::differential
