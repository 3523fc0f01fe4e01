#include "broker/src/core/storage/index_file.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker::storage {

IndexFile::IndexFile(Disk& disk, std::string path, std::size_t entry_size)
    : disk_(disk), path_(std::move(path)), entry_size_(entry_size) {}

IndexFile::~IndexFile() { close(); }

Result<std::span<const std::byte>> IndexFile::entry(std::size_t at) {
  const std::uint64_t position = std::uint64_t{at} * entry_size_;
  if (in_memory_) return std::span<const std::byte>(entries_).subspan(position, entry_size_);
  const bool cached =
      position >= block_position_ && position + entry_size_ <= block_position_ + block_.size();
  if (!cached) {
    const Result<FileId> source = file();
    if (!source) return source.error();
    // The block lies around the entry: the steps of a search come closer and closer.
    const std::size_t before = (block_size / 2) / entry_size_ * entry_size_;
    block_position_ = position - std::min<std::uint64_t>(position, before);
    block_.resize(block_size / entry_size_ * entry_size_);
    const Result<std::size_t> count = disk_.read(*source, block_position_, block_);
    block_.resize(count ? *count : 0);
    if (!count) return count.error();
    if (position + entry_size_ > block_position_ + block_.size()) {
      return Error(ErrorCode::malformed_message, path_ + ": became shorter");
    }
  }
  return std::span<const std::byte>(block_).subspan(position - block_position_, entry_size_);
}

void IndexFile::append(std::span<const std::byte> entry) {
  entries_.insert(entries_.end(), entry.begin(), entry.end());
  ++count_;
}

void IndexFile::truncate(std::size_t count) {
  entries_.resize(count * entry_size_);
  count_ = count;
}

void IndexFile::reset() {
  entries_.clear();
  count_ = 0;
  in_memory_ = true;
}

Result<void> IndexFile::store() {
  if (!in_memory_) return {};
  const Result<FileId> target = file_ ? *file_ : disk_.open(path_, OpenMode::create);
  if (!target) return target.error();
  file_ = *target;
  const std::span<const std::byte> part(entries_);
  Result<void> stored = disk_.truncate(*target, part.size());
  if (stored) stored = disk_.write(*target, 0, {&part, 1});
  return stored;
}

void IndexFile::release() {
  in_memory_ = false;
  entries_ = {};
  block_.clear();
}

Result<void> IndexFile::attach() {
  const Result<bool> exists = disk_.exists(path_);
  if (!exists) return exists.error();
  if (!*exists) return Error(ErrorCode::malformed_message, path_ + ": is missing");
  const Result<FileId> source = file();
  if (!source) return source.error();
  const Result<std::uint64_t> size = disk_.size(*source);
  if (!size) return size.error();
  if (*size % entry_size_ != 0) {
    return Error(ErrorCode::malformed_message, path_ + ": its size is not that of whole entries");
  }
  count_ = static_cast<std::size_t>(*size / entry_size_);
  release();
  return {};
}

Result<void> IndexFile::load() {
  Result<void> attached = attach();
  if (!attached) return attached;
  std::vector<std::byte> entries(count_ * entry_size_);
  const Result<std::size_t> count = disk_.read(*file_, 0, entries);
  if (!count) return count.error();
  if (*count != entries.size()) {
    return Error(ErrorCode::malformed_message, path_ + ": became shorter");
  }
  entries_ = std::move(entries);
  in_memory_ = true;
  return {};
}

void IndexFile::close() {
  if (file_) disk_.close(*file_);
  file_.reset();
}

Result<FileId> IndexFile::file() {
  if (file_) return *file_;
  const Result<FileId> opened = disk_.open(path_, OpenMode::existing);
  if (!opened) return opened.error();
  file_ = *opened;
  return *opened;
}

}  // namespace barnabas::broker::storage
