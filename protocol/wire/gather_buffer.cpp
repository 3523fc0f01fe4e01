#include "protocol/wire/gather_buffer.hpp"

namespace barnabas::wire {

Result<void> GatherBuffer::read_files() {
  std::vector<Splice> splices = splices_;
  for (Splice& splice : splices) {
    const auto* range = std::get_if<FileRange>(&splice.part);
    if (range == nullptr) continue;
    const std::shared_ptr<std::byte[]> memory(new std::byte[range->size]);
    const std::span<std::byte> bytes(memory.get(), range->size);
    if (Result<void> read = read_all(*range, bytes); !read) return read;
    keep_alive(memory);
    splice.part = std::span<const std::byte>(bytes);
  }
  splices_ = std::move(splices);
  has_files_ = false;
  return {};
}

std::vector<std::byte> GatherBuffer::flatten() const {
  std::vector<std::byte> all;
  all.reserve(size());
  for_each_part(
      [&](std::span<const std::byte> part) { all.insert(all.end(), part.begin(), part.end()); });
  return all;
}

}  // namespace barnabas::wire
