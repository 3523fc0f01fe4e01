#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace barnabas::test {

inline std::string big(std::uint64_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

inline std::string little(std::uint64_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

/// An Ethernet frame with a TCP segment between two ports of 10.0.0.1.
inline std::string ethernet_tcp(std::uint16_t from, std::uint16_t to, std::uint32_t sequence,
                                std::uint8_t flags, std::string_view payload) {
  const std::string tcp = big(from, 2) + big(to, 2) + big(sequence, 4) + big(0, 4) + big(0x50, 1) +
                          big(flags, 1) + big(0, 6) + std::string(payload);
  const std::string ip = big(0x4500, 2) + big(20 + tcp.size(), 2) + big(0, 4) + big(0x4006, 2) +
                         big(0, 2) + big(0x0A000001, 4) + big(0x0A000001, 4) + tcp;
  // Short frames are padded; the padding is no payload.
  return std::string(12, '\0') + big(0x0800, 2) + ip +
         std::string(ip.size() < 46 ? 46 - ip.size() : 0, '\xEE');
}

inline std::string pcap_header(std::uint32_t link_type = 1) {
  return little(0xA1B2C3D4, 4) + little(2, 2) + little(4, 2) + std::string(8, '\0') +
         little(65535, 4) + little(link_type, 4);
}

inline std::string pcap_packet(std::uint32_t microseconds, const std::string& bytes) {
  return little(1000, 4) + little(microseconds, 4) + little(bytes.size(), 4) +
         little(bytes.size(), 4) + bytes;
}

inline std::string pcapng_block(std::uint32_t type, std::string body) {
  body.resize((body.size() + 3) / 4 * 4);
  const std::string size = big(body.size() + 12, 4);
  return big(type, 4) + size + body + size;
}

/// Big-endian, so that both orders are tested.
inline std::string pcapng_header(std::uint32_t link_type = 1) {
  return pcapng_block(0x0A0D0D0A,
                      big(0x1A2B3C4D, 4) + big(1, 2) + big(0, 2) + big(~std::uint64_t{0}, 8)) +
         // Resolution: nanoseconds.
         pcapng_block(1, big(link_type, 2) + big(0, 2) + big(65535, 4) + big(9, 2) + big(1, 2) +
                             big(9, 1) + big(0, 3) + big(0, 4));
}

inline std::string pcapng_packet(std::uint64_t nanoseconds, const std::string& bytes) {
  return pcapng_block(
      6, big(0, 4) + big(nanoseconds, 8) + big(bytes.size(), 4) + big(bytes.size(), 4) + bytes);
}

}  // namespace barnabas::test
