#pragma once

#include <barnabas/error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace barnabas::tools {

using Bytes = std::span<const std::byte>;

/// A packet of a capture file.
struct Packet {
  std::uint32_t link_type = 0;   ///< What its first bytes are; LINKTYPE_ numbers.
  std::int64_t nanoseconds = 0;  ///< When it was captured, since 1970.
  Bytes bytes;                   ///< As far as they were captured.
};

/// Iterates the packets of a pcap or pcapng file. Lifetime: the file's bytes outlive the reader and
/// the packets. Thread-safety: none.
class CaptureReader {
 public:
  /// Whether `file` begins like a capture file.
  static bool recognises(Bytes file);

  explicit CaptureReader(Bytes file);

  /// Moves to the next packet. False at the end and on failure; a file that is cut short just ends.
  bool next(Packet& packet);
  bool failed() const { return !error_.ok(); }
  /// malformed_message with the place in the file, or no error.
  const Error& error() const { return error_; }

 private:
  struct Interface {
    std::uint32_t link_type = 0;
    std::uint32_t snap_length = 0;
    std::uint64_t units_per_second = 1'000'000;
  };

  bool next_pcap(Packet& packet);
  bool next_pcapng(Packet& packet);
  bool read_section(Bytes block);
  void read_interface(Bytes body);
  bool read_packet(std::uint32_t type, Bytes body, Packet& packet);
  std::uint16_t number16(Bytes bytes, std::size_t at) const;
  std::uint32_t number32(Bytes bytes, std::size_t at) const;
  bool fail(const char* what);

  Bytes file_;
  std::size_t at_ = 0;
  bool big_endian_ = false;
  bool sections_ = false;              // pcapng
  std::vector<Interface> interfaces_;  // A pcap file has one.
  Error error_;
};

}  // namespace barnabas::tools
