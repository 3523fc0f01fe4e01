#include "tools/barnabas/decode/capture_reader.hpp"

#include <algorithm>
#include <string>

namespace barnabas::tools {

namespace {

constexpr std::uint32_t pcap_microseconds = 0xA1B2C3D4;
constexpr std::uint32_t pcap_nanoseconds = 0xA1B23C4D;
constexpr std::size_t pcap_header_size = 24;
constexpr std::size_t pcap_record_header_size = 16;

constexpr std::uint32_t section_block = 0x0A0D0D0A;
constexpr std::uint32_t interface_block = 1;
constexpr std::uint32_t old_packet_block = 2;
constexpr std::uint32_t simple_packet_block = 3;
constexpr std::uint32_t enhanced_packet_block = 6;
constexpr std::uint32_t byte_order_magic = 0x1A2B3C4D;
constexpr std::size_t block_overhead = 12;  // Type and length, and the length again.
constexpr std::uint16_t option_resolution = 9;

constexpr std::int64_t billion = 1'000'000'000;
// Times end in 2255, a little before nanoseconds in 64 bits do.
constexpr std::uint64_t latest_second = 9'000'000'000;

std::uint32_t big_endian(Bytes bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

std::uint32_t reversed(std::uint32_t value) { return __builtin_bswap32(value); }

}  // namespace

bool CaptureReader::recognises(Bytes file) {
  if (file.size() < 4) return false;
  const std::uint32_t magic = big_endian(file, 0);
  for (const std::uint32_t known : {pcap_microseconds, pcap_nanoseconds}) {
    if (magic == known || magic == reversed(known)) return true;
  }
  return magic == section_block;
}

CaptureReader::CaptureReader(Bytes file) : file_(file) {
  if (!recognises(file)) {
    fail("not a capture file");
    return;
  }
  const std::uint32_t magic = big_endian(file, 0);
  sections_ = magic == section_block;
  if (sections_) return;
  if (file.size() < pcap_header_size) {
    fail("the header is cut short");
    return;
  }
  big_endian_ = magic == pcap_microseconds || magic == pcap_nanoseconds;
  const bool nanoseconds = magic == pcap_nanoseconds || magic == reversed(pcap_nanoseconds);
  Interface& only = interfaces_.emplace_back();
  only.link_type = number32(file, 20) & 0xFFFF;  // The upper half has flags.
  only.units_per_second = nanoseconds ? 1'000'000'000 : 1'000'000;
  at_ = pcap_header_size;
}

bool CaptureReader::next(Packet& packet) {
  if (failed()) return false;
  return sections_ ? next_pcapng(packet) : next_pcap(packet);
}

bool CaptureReader::next_pcap(Packet& packet) {
  if (file_.size() - at_ < pcap_record_header_size) return false;
  const Interface& only = interfaces_.front();
  const std::size_t size = number32(file_, at_ + 8);
  const std::int64_t fraction = number32(file_, at_ + 4);
  packet.link_type = only.link_type;
  packet.nanoseconds = number32(file_, at_) * billion +
                       fraction * (billion / static_cast<std::int64_t>(only.units_per_second));
  at_ += pcap_record_header_size;
  if (size > file_.size() - at_) {
    at_ = file_.size();
    return false;
  }
  packet.bytes = file_.subspan(at_, size);
  at_ += size;
  return true;
}

bool CaptureReader::next_pcapng(Packet& packet) {
  while (file_.size() - at_ >= block_overhead) {
    const Bytes rest = file_.subspan(at_);
    if (big_endian(rest, 0) == section_block && !read_section(rest)) return false;
    const std::uint32_t type = number32(rest, 0);
    const std::size_t size = number32(rest, 4);
    if (size < block_overhead || size % 4 != 0) return fail("a block of an impossible size");
    if (size > rest.size()) return false;
    at_ += size;
    const Bytes body = rest.subspan(8, size - block_overhead);
    if (type == interface_block) {
      read_interface(body);
    } else if (read_packet(type, body, packet)) {
      return true;
    }
  }
  return false;
}

bool CaptureReader::read_section(Bytes block) {
  const std::uint32_t magic = big_endian(block, 8);
  if (magic != byte_order_magic && magic != reversed(byte_order_magic)) {
    return fail("a section without byte order");
  }
  big_endian_ = magic == byte_order_magic;
  interfaces_.clear();
  return true;
}

void CaptureReader::read_interface(Bytes body) {
  Interface& added = interfaces_.emplace_back();
  if (body.size() < 8) return;
  added.link_type = number16(body, 0);
  added.snap_length = number32(body, 4);
  for (std::size_t at = 8; at + 4 <= body.size();) {
    const std::uint16_t code = number16(body, at);
    const std::size_t size = number16(body, at + 2);
    if (code == option_resolution && size >= 1 && at + 4 < body.size()) {
      // A power of ten, or with the highest bit one of two.
      const auto exponent = std::to_integer<unsigned>(body[at + 4]);
      std::uint64_t units = 1;
      for (unsigned i = 0; i < std::min(exponent & 0x7FU, 18U); ++i) {
        units *= (exponent & 0x80) != 0 ? 2 : 10;
      }
      added.units_per_second = units;
    }
    at += 4 + (size + 3) / 4 * 4;
  }
}

bool CaptureReader::read_packet(std::uint32_t type, Bytes body, Packet& packet) {
  std::size_t header = 0;
  std::size_t interface = 0;
  if (type == enhanced_packet_block || type == old_packet_block) {
    header = 20;
    if (body.size() < header) return false;
    interface = type == enhanced_packet_block ? number32(body, 0) : number16(body, 0);
  } else if (type == simple_packet_block) {
    header = 4;
    if (body.size() < header) return false;
  } else {
    return false;
  }
  if (interface >= interfaces_.size()) return false;
  const Interface& from = interfaces_[interface];
  std::size_t size = 0;
  if (type == simple_packet_block) {
    size = number32(body, 0);
    if (from.snap_length != 0) size = std::min<std::size_t>(size, from.snap_length);
    packet.nanoseconds = 0;
  } else {
    size = number32(body, 12);
    const std::uint64_t time = std::uint64_t{number32(body, 4)} << 32 | number32(body, 8);
    const std::uint64_t units = from.units_per_second;
    const auto seconds = static_cast<std::int64_t>(std::min(time / units, latest_second));
    packet.nanoseconds =
        seconds * billion + static_cast<std::int64_t>(static_cast<double>(time % units) * 1e9 /
                                                      static_cast<double>(units));
  }
  if (size > body.size() - header) return false;
  packet.link_type = from.link_type;
  packet.bytes = body.subspan(header, size);
  return true;
}

std::uint16_t CaptureReader::number16(Bytes bytes, std::size_t at) const {
  const auto first = std::to_integer<unsigned>(bytes[at]);
  const auto second = std::to_integer<unsigned>(bytes[at + 1]);
  return static_cast<std::uint16_t>(big_endian_ ? first << 8 | second : second << 8 | first);
}

std::uint32_t CaptureReader::number32(Bytes bytes, std::size_t at) const {
  const std::uint32_t value = big_endian(bytes, at);
  return big_endian_ ? value : reversed(value);
}

bool CaptureReader::fail(const char* what) {
  error_ = Error(ErrorCode::malformed_message,
                 std::string("capture file, byte ") + std::to_string(at_) + ": " + what);
  return false;
}

}  // namespace barnabas::tools
