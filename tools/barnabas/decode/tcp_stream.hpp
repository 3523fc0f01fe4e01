#pragma once

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace barnabas::tools {

/// One direction of a TCP connection, put together from segments that may come twice, overlap or
/// change places. Thread-safety: none.
class TcpStream {
 public:
  /// The connection's first segment: its data begins behind `sequence`.
  void start(std::uint32_t sequence);
  /// Without `start`, the first segment counts as the beginning.
  void add(std::uint32_t sequence, BytesView payload);

  /// What has arrived without a gap and was not consumed.
  BytesView ready() const { return std::string_view(ready_).substr(consumed_); }
  void consume(std::size_t count);
  /// Whether something arrived behind a gap.
  bool has_gap() const { return !early_.empty(); }

 private:
  void append_early();

  bool started_ = false;
  std::uint32_t next_ = 0;  // The sequence number that comes next.
  std::string ready_;
  std::size_t consumed_ = 0;
  std::map<std::uint64_t, std::string> early_;  // By position from the beginning.
  std::uint64_t position_ = 0;                  // Of next_, counted without wrapping.
};

}  // namespace barnabas::tools
