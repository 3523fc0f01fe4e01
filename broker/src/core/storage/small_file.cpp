#include "broker/src/core/storage/small_file.hpp"

#include "broker/src/core/storage/file_names.hpp"

#include <span>

namespace barnabas::broker::storage {

Result<std::optional<std::string>> read_small_file(Disk& disk, std::string_view path,
                                                   std::size_t max_size) {
  const Result<bool> exists = disk.exists(path);
  if (!exists) return exists.error();
  if (!*exists) return std::optional<std::string>();
  const Result<FileId> file = disk.open(path, OpenMode::existing);
  if (!file) return file.error();
  Result<std::optional<std::string>> content = std::optional<std::string>();
  const Result<std::uint64_t> size = disk.size(*file);
  if (!size) {
    content = size.error();
  } else if (*size > max_size) {
    content = Error(ErrorCode::malformed_message, std::string(path) + ": is too large");
  } else {
    std::string text(static_cast<std::size_t>(*size), '\0');
    const Result<std::size_t> count = disk.read(*file, 0, std::as_writable_bytes(std::span(text)));
    if (count) {
      text.resize(*count);
      content = std::optional<std::string>(std::move(text));
    } else {
      content = count.error();
    }
  }
  disk.close(*file);
  return content;
}

Result<void> write_small_file(Disk& disk, std::string_view path, BytesView content) {
  const Result<FileId> file = disk.open(path, OpenMode::create_truncated);
  if (!file) return file.error();
  const std::span<const std::byte> part = content.span();
  Result<void> written = disk.write(*file, 0, {&part, 1});
  disk.close(*file);
  return written;
}

Result<void> replace_small_file(Disk& disk, std::string_view path, BytesView content) {
  const std::string temporary = std::string(path) + std::string(suffix::temporary);
  Result<void> done = write_small_file(disk, temporary, content);
  if (done) done = disk.rename(temporary, path);
  return done;
}

}  // namespace barnabas::broker::storage
