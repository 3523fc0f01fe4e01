#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas {

/// 128 bits that name a topic. All zero means "none" wherever Kafka sends one.
class Uuid {
 public:
  constexpr Uuid() = default;
  constexpr Uuid(std::uint64_t high, std::uint64_t low) : high_(high), low_(low) {}

  constexpr std::uint64_t high() const noexcept { return high_; }
  constexpr std::uint64_t low() const noexcept { return low_; }
  constexpr bool is_zero() const noexcept { return (high_ | low_) == 0; }

  /// Kafka's text form: URL-safe base64 without padding, 22 characters.
  std::string to_string() const;
  /// Nothing when `text` is not such a form.
  static std::optional<Uuid> parse(std::string_view text);

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  friend bool operator==(const Uuid&, const Uuid&) = default;

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

}  // namespace barnabas

template <>
struct std::hash<barnabas::Uuid> {
  std::size_t operator()(const barnabas::Uuid& value) const noexcept {
    return static_cast<std::size_t>(value.high() ^ (value.low() * 0x9E3779B97F4A7C15ULL));
  }
};
