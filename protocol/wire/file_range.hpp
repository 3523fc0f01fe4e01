#pragma once

#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace barnabas::wire {

/// An open file whose bytes are sent without being read first. It stays open for as long as anybody
/// shares it, whatever becomes of its name.
/// Thread-safety: all functions may be called from any thread.
class SharedFile {
 public:
  virtual ~SharedFile() = default;

  /// What the system knows it by, for sendfile; -1 when it can only be read.
  virtual int descriptor() const noexcept = 0;
  /// Where it was cut off since it was shared; the largest number when it was not. What lies behind
  /// is no longer what was there, even when the file has grown again.
  virtual std::uint64_t cut_at() const noexcept = 0;
  /// Reads up to `into.size()` bytes; fewer only where the file ends or was cut off.
  /// Errors: io_error.
  virtual Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) const = 0;
};

/// Bytes of a file, which do not change unless they are cut off.
struct FileRange {
  std::shared_ptr<const SharedFile> file;
  std::uint64_t position = 0;
  std::size_t size = 0;

  std::uint64_t end() const noexcept { return position + size; }
  /// The same bytes of the same file.
  friend bool operator==(const FileRange&, const FileRange&) = default;
};

/// Reads all of `range` into `into`, which is of its size.
/// Errors: of the file; `cut_off`.
Result<void> read_all(const FileRange& range, std::span<std::byte> into);
/// io_error: the file ends, or was cut off, `missing` bytes before the end of a range.
Error cut_off(std::size_t missing);

}  // namespace barnabas::wire
