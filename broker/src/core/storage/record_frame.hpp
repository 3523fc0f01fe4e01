#pragma once

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <string>
#include <vector>

// The form of the broker's own small files: frames one after the other,
//
//   uint32 length    of what follows the crc field
//   uint32 crc       CRC-32C of what follows
//   int16  version   of the data
//   data

namespace barnabas::broker::storage {

struct Frame {
  std::int16_t version = 0;
  BytesView data;  ///< Lifetime: that of the file's content.
};

/// Appends one frame to `file`.
void append_frame(std::string& file, std::int16_t version, BytesView data);

/// Takes a whole file apart. Errors: malformed_message naming the position when a frame is cut
/// short, too short for its header, or does not match its checksum.
Result<std::vector<Frame>> parse_frames(BytesView file);

}  // namespace barnabas::broker::storage
