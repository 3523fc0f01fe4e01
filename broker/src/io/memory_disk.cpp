#include "broker/src/io/memory_disk.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker::io {

using storage::DiskSpace;
using storage::FileId;
using storage::FolderEntry;
using storage::OpenMode;
using storage::SyncId;

namespace {

Error failure(std::string_view path, const char* what) {
  return Error(ErrorCode::io_error, std::string(path) + ": " + what);
}

}  // namespace

MemoryDisk::MemoryDisk() : root_(std::make_shared<MemoryNode>()) { root_->is_folder = true; }
MemoryDisk::~MemoryDisk() = default;

Result<FileId> MemoryDisk::open(std::string_view path, OpenMode mode) {
  Result<Place> at = place(path);
  if (!at) return at.error();
  MemoryNodePtr node = find(path);
  if (node && node->is_folder) return failure(path, "is a folder");
  if (!node) {
    if (mode == OpenMode::existing) return failure(path, "no such file");
    node = std::make_shared<MemoryNode>();
    at->folder->folder.change({{at->name, node}});
  } else if (mode == OpenMode::create_truncated) {
    account(node->file.size(), 0);
    node->file.resize(0);
  }
  const FileId id{next_file_++};
  open_.emplace(id, std::move(node));
  return id;
}

void MemoryDisk::close(FileId file) { open_.erase(file); }

Result<std::size_t> MemoryDisk::read(FileId file, std::uint64_t position,
                                     std::span<std::byte> into) {
  Result<MemoryFile*> content = opened(file);
  if (!content) return content.error();
  return (*content)->read(position, into);
}

Result<void> MemoryDisk::write(FileId file, std::uint64_t position, storage::WriteParts parts) {
  Result<MemoryFile*> content = opened(file);
  if (!content) return content.error();
  MemoryFile& target = **content;
  for (std::span<const std::byte> part : parts) {
    const std::uint64_t before = target.size();
    const std::uint64_t writable = before + (capacity_ > used_ ? capacity_ - used_ : 0);
    const std::uint64_t fits = writable > position ? writable - position : 0;
    const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(part.size(), fits));
    if (count > 0) target.write(position, part.first(count));
    account(before, target.size());
    if (count < part.size()) return Error(ErrorCode::disk_full, "memory disk");
    position += count;
  }
  return {};
}

Result<std::uint64_t> MemoryDisk::size(FileId file) {
  Result<MemoryFile*> content = opened(file);
  if (!content) return content.error();
  return (*content)->size();
}

Result<void> MemoryDisk::truncate(FileId file, std::uint64_t size) {
  Result<MemoryFile*> content = opened(file);
  if (!content) return content.error();
  account((*content)->size(), size);
  (*content)->resize(size);
  return {};
}

Result<std::vector<FolderEntry>> MemoryDisk::list(std::string_view folder) {
  const MemoryNodePtr node = find(folder);
  if (!node || !node->is_folder) return failure(folder, "no such folder");
  std::vector<FolderEntry> entries;
  for (const auto& [name, child] : node->folder.names()) {
    entries.push_back({name, child->is_folder, child->file.size()});
  }
  return entries;
}

Result<bool> MemoryDisk::exists(std::string_view path) { return find(path) != nullptr; }

Result<void> MemoryDisk::make_folder(std::string_view path) {
  Result<Place> at = place(path);
  if (!at) return at.error();
  if (const MemoryNodePtr node = find(path)) {
    if (node->is_folder) return {};
    return failure(path, "is a file");
  }
  auto node = std::make_shared<MemoryNode>();
  node->is_folder = true;
  at->folder->folder.change({{at->name, std::move(node)}});
  return {};
}

Result<void> MemoryDisk::rename(std::string_view from, std::string_view to) {
  Result<Place> source = place(from);
  Result<Place> target = place(to);
  if (!source) return source.error();
  if (!target) return target.error();
  const MemoryNodePtr node = find(from);
  if (!node) return failure(from, "no such file");
  if (source->folder != target->folder) return failure(to, "is in another folder");
  const MemoryNodePtr replaced = find(to);
  if (replaced && (replaced->is_folder || node->is_folder)) return failure(to, "exists");
  if (replaced) account(replaced->file.size(), 0);
  source->folder->folder.change({{source->name, nullptr}, {target->name, node}});
  return {};
}

Result<void> MemoryDisk::remove(std::string_view path) {
  Result<Place> at = place(path);
  if (!at) return at.error();
  const MemoryNodePtr node = find(path);
  if (!node) return {};
  if (node->is_folder) return failure(path, "is a folder");
  account(node->file.size(), 0);
  at->folder->folder.change({{at->name, nullptr}});
  return {};
}

Result<void> MemoryDisk::lock(std::string_view path) {
  if (locked_) return Error(ErrorCode::data_in_use, std::string(path));
  locked_ = true;
  return {};
}

Result<DiskSpace> MemoryDisk::space() {
  return DiskSpace{capacity_ > used_ ? capacity_ - used_ : 0, capacity_};
}

void MemoryDisk::sync(SyncId id, FileId file) {
  const auto entry = open_.find(file);
  const MemoryNodePtr node = entry == open_.end() ? nullptr : entry->second;
  syncs_.push_back({id, node, node ? node->file.seal() : 0});
}

void MemoryDisk::sync_folder(SyncId id, std::string_view folder) {
  const MemoryNodePtr node = find(folder);
  syncs_.push_back({id, node, node ? node->folder.seal() : 0});
}

void MemoryDisk::discard(std::string_view path) {
  const MemoryNodePtr node = find(path);
  const Result<Place> at = place(path);
  if (!node || !at) return;
  account(node->bytes(), 0);
  at->folder->folder.change({{at->name, nullptr}});
  syncs_.push_back({std::nullopt, at->folder, at->folder->folder.seal()});
}

void MemoryDisk::deliver(const Now& now, storage::DiskEvents& events) {
  for (const Sync& sync : std::exchange(syncs_, {})) {
    Result<void> result;
    if (!sync.node) {
      result = failure("sync", "not open");
    } else if (sync.node->is_folder) {
      sync.node->folder.mark_durable(sync.sealed);
    } else {
      sync.node->file.mark_durable(sync.sealed);
    }
    if (sync.id) events.on_synced(now, *sync.id, std::move(result));
  }
}

void MemoryDisk::crash() {
  restart();
  root_->lose_changes(nullptr);
  used_ = root_->bytes();
}

void MemoryDisk::crash(Random& random) {
  restart();
  root_->lose_changes(&random);
  used_ = root_->bytes();
}

void MemoryDisk::restart() {
  open_.clear();
  syncs_.clear();
  locked_ = false;
}

MemoryNodePtr MemoryDisk::find(std::string_view path) const {
  MemoryNodePtr node = root_;
  while (!path.empty() && node) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const auto entry = node->folder.names().find(path.substr(0, slash));
    node = entry == node->folder.names().end() ? nullptr : entry->second;
    path.remove_prefix(std::min(path.size(), slash + 1));
  }
  return node;
}

Result<MemoryDisk::Place> MemoryDisk::place(std::string_view path) const {
  const std::size_t slash = path.rfind('/');
  const bool nested = slash != std::string_view::npos;
  MemoryNodePtr folder = find(nested ? path.substr(0, slash) : std::string_view());
  if (!folder || !folder->is_folder) return failure(path, "no such folder");
  return Place{std::move(folder), std::string(nested ? path.substr(slash + 1) : path)};
}

Result<MemoryFile*> MemoryDisk::opened(FileId file) {
  const auto entry = open_.find(file);
  if (entry == open_.end()) return failure("file", "not open");
  return &entry->second->file;
}

}  // namespace barnabas::broker::io
