#include <barnabas/uuid.hpp>

#include <cstddef>

namespace barnabas {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t text_size = 22;
constexpr unsigned spare_bits = 6 * text_size - 128;  // Low bits of the last character, all zero.

}  // namespace

std::string Uuid::to_string() const {
  std::string text(text_size, '\0');
  // Six bits at a time from the high end; the 11th character spans both halves.
  for (std::size_t i = 0; i < text_size; ++i) {
    const std::size_t first_bit = 6 * i;
    std::uint64_t bits = 0;
    for (std::size_t bit = first_bit; bit < first_bit + 6; ++bit) {
      bits <<= 1;
      if (bit < 64) {
        bits |= (high_ >> (63 - bit)) & 1U;
      } else if (bit < 128) {
        bits |= (low_ >> (127 - bit)) & 1U;
      }
    }
    text[i] = alphabet[bits];
  }
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != text_size) return std::nullopt;
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < text_size; ++i) {
    const std::size_t digit = alphabet.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    const bool last = i == text_size - 1;
    if (last && (digit & ((1U << spare_bits) - 1)) != 0) return std::nullopt;
    const unsigned bits = last ? 6 - spare_bits : 6;
    high = (high << bits) | (low >> (64 - bits));
    low = (low << bits) | (digit >> (6 - bits));
  }
  return Uuid(high, low);
}

}  // namespace barnabas
