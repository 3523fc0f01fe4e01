#pragma once

#include <barnabas/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas::tools {

/// Cuts a stream of bytes at a delimiter. Feed chunks, take what is complete.
class LineSplitter {
 public:
  /// Requires: `delimiter` is not empty. `max_size` bounds one piece.
  LineSplitter(std::string delimiter, std::size_t max_size)
      : delimiter_(std::move(delimiter)), max_size_(max_size) {}

  void feed(std::string_view bytes) { buffer_.append(bytes); }

  /// The next complete piece, without its delimiter; nothing when more bytes are needed.
  /// Valid until the next feed(). Errors: message_too_large.
  Result<std::optional<std::string_view>> next();
  /// At the end of the stream: what is left without a delimiter, if anything.
  std::optional<std::string_view> rest() const;

 private:
  std::string delimiter_;
  std::size_t max_size_;
  std::string buffer_;
  std::size_t begin_ = 0;     // of the piece that is looked for
  std::size_t searched_ = 0;  // no delimiter starts before this
};

}  // namespace barnabas::tools
