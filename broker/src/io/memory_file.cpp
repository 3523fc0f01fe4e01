#include "broker/src/io/memory_file.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace barnabas::broker::io {

std::size_t MemoryFile::read(std::uint64_t position, std::span<std::byte> into) const {
  if (position >= size_) return 0;
  const std::size_t count =
      static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - position));
  for (std::size_t done = 0; done < count;) {
    const ByteBuffer& chunk = chunks_[(position + done) / chunk_size];
    const std::size_t at = (position + done) % chunk_size;
    const std::size_t step = std::min(count - done, chunk.size() - at);
    std::memcpy(into.data() + done, chunk.data() + at, step);
    done += step;
  }
  return count;
}

void MemoryFile::write(std::uint64_t position, std::span<const std::byte> bytes) {
  remember(position, position + bytes.size());
  if (position > size_) set_size(position);
  const std::size_t inside = std::min<std::size_t>(bytes.size(), size_ - position);
  overwrite(position, bytes.first(inside));
  append(bytes.subspan(inside));
}

void MemoryFile::resize(std::uint64_t size) {
  remember(std::min(size, size_), size_);
  set_size(size);
}

// An append destroys nothing: it only notes the old size, and a run of appends notes it once.
void MemoryFile::remember(std::uint64_t position, std::uint64_t end) {
  const std::uint64_t destroyed_end = std::min(end, size_);
  std::vector<std::byte> old_bytes;
  if (position < destroyed_end) {
    old_bytes.resize(destroyed_end - position);
    read(position, old_bytes);
  } else if (!sealed_ && changes_.back().old_bytes.empty()) {
    return;
  }
  changes_.push_back({next_number_++, size_, position, std::move(old_bytes)});
  sealed_ = false;
}

std::uint64_t MemoryFile::seal() {
  sealed_ = true;
  return next_number_ - 1;
}

void MemoryFile::mark_durable(std::uint64_t sealed) {
  while (!changes_.empty() && changes_.front().number <= sealed) changes_.pop_front();
  if (changes_.empty()) sealed_ = true;
}

void MemoryFile::undo_changes() {
  for (; !changes_.empty(); changes_.pop_back()) {
    const Change& change = changes_.back();
    set_size(change.old_size);
    overwrite(change.position, change.old_bytes);
  }
  sealed_ = true;
}

void MemoryFile::lose_changes(Random* random) {
  if (changes_.empty()) return;
  if (random == nullptr) return undo_changes();
  const std::vector<std::byte> present = content();
  undo_changes();
  const std::vector<std::byte> durable = content();
  std::size_t size = durable.size();
  if (present.size() != durable.size()) {
    const std::size_t low = std::min(present.size(), durable.size());
    size = low + static_cast<std::size_t>(
                     random->below(std::max(present.size(), durable.size()) - low + 1));
  }
  std::vector<std::byte> result(size);
  for (std::size_t at = 0; at < size; at += sector_size) {
    const std::size_t end = std::min(size, at + sector_size);
    const bool is_new = at >= durable.size();
    const std::uint64_t choice = random->below(is_new ? 4 : 2);
    if (choice == 3) continue;
    const std::vector<std::byte>& source = choice == 0 ? durable : present;
    const std::size_t from = std::min(at, source.size());
    const std::size_t to = std::min(end, source.size());
    std::copy(source.begin() + static_cast<std::ptrdiff_t>(from),
              source.begin() + static_cast<std::ptrdiff_t>(to),
              result.begin() + static_cast<std::ptrdiff_t>(at));
  }
  replace(result);
}

void MemoryFile::overwrite(std::uint64_t position, std::span<const std::byte> bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    ByteBuffer& chunk = chunks_[(position + done) / chunk_size];
    const std::size_t at = (position + done) % chunk_size;
    const std::size_t step = std::min(bytes.size() - done, chunk.size() - at);
    std::memcpy(chunk.span().data() + at, bytes.data() + done, step);
    done += step;
  }
}

void MemoryFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (size_ == chunks_.size() * chunk_size) chunks_.emplace_back();
    ByteBuffer& chunk = chunks_.back();
    const std::size_t step = std::min(bytes.size(), chunk_size - chunk.size());
    chunk.append(bytes.first(step));
    bytes = bytes.subspan(step);
    size_ += step;
  }
}

void MemoryFile::set_size(std::uint64_t size) {
  if (size < size_) {
    chunks_.resize(static_cast<std::size_t>((size + chunk_size - 1) / chunk_size));
    if (!chunks_.empty()) chunks_.back().truncate(size - (chunks_.size() - 1) * chunk_size);
    size_ = size;
  }
  static constexpr std::array<std::byte, 4096> zeros{};
  while (size_ < size) {
    append(std::span(zeros).first(std::min<std::size_t>(zeros.size(), size - size_)));
  }
}

std::vector<std::byte> MemoryFile::content() const {
  std::vector<std::byte> all(static_cast<std::size_t>(size_));
  read(0, all);
  return all;
}

void MemoryFile::replace(std::span<const std::byte> content) {
  set_size(0);
  append(content);
}

}  // namespace barnabas::broker::io
