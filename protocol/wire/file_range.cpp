#include "protocol/wire/file_range.hpp"

#include <string>

namespace barnabas::wire {

Result<void> read_all(const FileRange& range, std::span<std::byte> into) {
  const Result<std::size_t> count = range.file->read(range.position, into);
  if (!count) return count.error();
  if (*count == into.size()) return {};
  return cut_off(range.size - *count);
}

Error cut_off(std::size_t missing) {
  return Error(ErrorCode::io_error, "a file was cut off, and " + std::to_string(missing) +
                                        " bytes that were to be sent with it");
}

}  // namespace barnabas::wire
