#include "simulation/src/trace.hpp"

#include "protocol/base/crc32c.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace barnabas::simulation {

void Trace::line(Instant now, std::string_view who, std::string_view what) {
  if (!sink_) return;
  const auto time =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  std::array<char, 64> head{};
  const int length =
      std::snprintf(head.data(), head.size(), "%9lld.%06lld  ",
                    static_cast<long long>(time / 1000000), static_cast<long long>(time % 1000000));
  std::string text(head.data(), static_cast<std::size_t>(length));
  text += who;
  text += "  ";
  text += what;
  sink_(text);
}

void Trace::mix(std::string_view text) noexcept {
  mix(std::as_bytes(std::span(text.data(), text.size())));
}

void Trace::mix(std::span<const std::byte> bytes) noexcept {
  mix(std::uint64_t{crc32c(bytes)} << 32 | bytes.size());
}

}  // namespace barnabas::simulation
