#pragma once

#include "protocol/wire/file_range.hpp"

#include <barnabas/error.hpp>

#include <cstddef>

namespace barnabas::transport {

/// What came of an attempt to send.
struct SendResult {
  std::size_t count = 0;  ///< Bytes that the system took.
  int error_number = 0;   ///< What the socket said, as in `errno`; 0 when it took them.
  Error unreadable;       ///< Not ok: the file cannot give what it was to give.
};

/// Sends the front of a file's range, at most `most` bytes of it: by sendfile, which copies nothing
/// to this process, or by reading where the system or the file knows no such thing. Fewer bytes
/// than that mean that the system's buffer is full, or that the next attempt fails. Bytes that were
/// cut off, and those that the file has there since, are not sent.
SendResult send_range(int socket, const wire::FileRange& range, std::size_t most);

}  // namespace barnabas::transport
