#include "simulation/src/simulated_disk.hpp"

#include "protocol/wire/big_endian.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace barnabas::simulation {

namespace {

constexpr std::string_view log_ending = ".log";

Error failed(const char* what) {
  return Error(ErrorCode::io_error, std::string("the simulated disk fails to ") + what);
}

}  // namespace

SimulatedDisk::SimulatedDisk(World& world, DiskOptions options)
    : world_(world), options_(options), random_(world.fork_random()) {
  memory_.set_capacity(options.capacity);
}

void SimulatedDisk::attach(broker::storage::DiskEvents& events, Post post) {
  events_ = &events;
  post_ = std::move(post);
}

void SimulatedDisk::release() {
  ++life_;
  syncing_.clear();
  closing_.clear();
  names_.clear();
  events_ = nullptr;
  memory_.restart();
}

void SimulatedDisk::lose_power() {
  ++life_;
  syncing_.clear();
  closing_.clear();
  names_.clear();
  events_ = nullptr;
  memory_.crash(random_);
}

bool SimulatedDisk::strikes(std::uint64_t once_in) {
  return once_in > 0 && random_.below(once_in) == 0;
}

void SimulatedDisk::close(FileId file) {
  if (syncing_.contains(file)) {
    closing_.insert(file);
  } else {
    memory_.close(file);
  }
}

Result<SimulatedDisk::FileId> SimulatedDisk::open(std::string_view path,
                                                  broker::storage::OpenMode mode) {
  if (strikes(faults_.read)) return failed("open");
  Result<FileId> file = memory_.open(path, mode);
  if (file && path.ends_with(log_ending) && !path.starts_with("__")) {
    names_[*file] = path;
    logs_.emplace(path);
  }
  return file;
}

Result<std::size_t> SimulatedDisk::read(FileId file, std::uint64_t position,
                                        std::span<std::byte> into) {
  if (strikes(faults_.read)) return failed("read");
  const Result<std::size_t> count = memory_.read(file, position, into);
  if (count && !rotten_.empty()) spoil(file, position, into.first(*count));
  return count;
}

Result<void> SimulatedDisk::write(FileId file, std::uint64_t position,
                                  broker::storage::WriteParts parts) {
  if (!rotten_.empty()) {
    std::uint64_t end = position;
    for (const auto& part : parts) end += part.size();
    heal_from(file, position, end);
  }
  if (!strikes(faults_.write)) return memory_.write(file, position, parts);
  // A part of it may be there all the same.
  const std::size_t written = static_cast<std::size_t>(random_.below(parts.size() + 1));
  const Result<void> some = memory_.write(file, position, parts.first(written));
  static_cast<void>(some);
  return failed("write");
}

Result<void> SimulatedDisk::truncate(FileId file, std::uint64_t size) {
  if (strikes(faults_.write)) return failed("truncate");
  if (!rotten_.empty()) heal_from(file, size, std::numeric_limits<std::uint64_t>::max());
  return memory_.truncate(file, size);
}

Result<void> SimulatedDisk::rename(std::string_view from, std::string_view to) {
  if (strikes(faults_.rename)) return failed("rename");
  return memory_.rename(from, to);
}

// The offset and the leader epoch of a batch are not among what its checksum covers: nobody could
// know that they are wrong. Returns a place behind them.
std::uint64_t SimulatedDisk::checked_place(FileId log, std::uint64_t position) {
  constexpr std::uint64_t length_at = 8;
  constexpr std::uint64_t epoch_at = 12;
  constexpr std::uint64_t checked_from = 16;
  std::uint64_t batch = 0;
  for (;;) {
    std::array<std::byte, sizeof(std::uint32_t)> length{};
    const Result<std::size_t> read = memory_.read(log, batch + length_at, length);
    if (!read || *read < length.size()) return position;
    const std::uint64_t next =
        batch + epoch_at + wire::load_big_endian<std::uint32_t>(length.data());
    if (position < next) break;
    batch = next;
  }
  const std::uint64_t within = position - batch;
  const bool unchecked = within < length_at || (within >= epoch_at && within < checked_from);
  return unchecked ? position + checked_from : position;
}

bool SimulatedDisk::rot(Random& random) {
  std::vector<std::pair<std::string, std::uint64_t>> written;
  for (const std::string& path : logs_) {
    const Result<FileId> file = memory_.open(path, broker::storage::OpenMode::existing);
    if (!file) continue;
    const std::uint64_t size = memory_.size(*file).value_or(0);
    memory_.close(*file);
    if (size > 0) written.emplace_back(path, size);
  }
  if (written.empty()) return false;
  const auto& [path, size] = written[random.below(written.size())];
  const std::uint64_t drawn = random.below(size);
  const FileId file = memory_.open(path, broker::storage::OpenMode::existing).value();
  rotten_[path][checked_place(file, drawn)] = std::byte{1} << random.below(8);
  memory_.close(file);
  return true;
}

void SimulatedDisk::spoil(FileId file, std::uint64_t position, std::span<std::byte> read) const {
  const auto name = names_.find(file);
  if (name == names_.end()) return;
  const auto places = rotten_.find(name->second);
  if (places == rotten_.end()) return;
  for (auto at = places->second.lower_bound(position);
       at != places->second.end() && at->first - position < read.size(); ++at) {
    read[static_cast<std::size_t>(at->first - position)] ^= at->second;
  }
}

void SimulatedDisk::heal_from(FileId file, std::uint64_t begin, std::uint64_t end) {
  const auto name = names_.find(file);
  if (name == names_.end()) return;
  const auto places = rotten_.find(name->second);
  if (places == rotten_.end()) return;
  places->second.erase(places->second.lower_bound(begin), places->second.lower_bound(end));
}

void SimulatedDisk::sync(SyncId id, FileId file) {
  ++syncing_[file];
  plan({id, file, {}, strikes(faults_.sync)});
}

void SimulatedDisk::sync_folder(SyncId id, std::string_view folder) {
  plan({id, std::nullopt, std::string(folder), strikes(faults_.sync)});
}

void SimulatedDisk::discard(std::string_view path) {
  memory_.discard(path);
  if (memory_.has_completions() && events_) memory_.deliver(Now{}, *events_);
}

void SimulatedDisk::plan(Sync sync) {
  const auto jitter = static_cast<std::uint64_t>(options_.sync_jitter.count());
  const Duration time =
      options_.sync_latency + Duration(static_cast<Duration::rep>(random_.below(jitter + 1)));
  last_completion_ = std::max(last_completion_, world_.now() + time);
  world_.at(last_completion_, [this, life = life_, sync = std::move(sync)] {
    if (life != life_ || !events_) return;
    post_([this, life, sync](const Now& now) {
      if (life == life_) complete(now, sync);
    });
  });
}

void SimulatedDisk::complete(const Now& now, const Sync& sync) {
  if (sync.fails) {
    events_->on_synced(now, sync.id, failed("sync"));
  } else if (sync.file) {
    memory_.sync(sync.id, *sync.file);
    memory_.deliver(now, *events_);
  } else if (memory_.exists(sync.folder).value_or(false) || sync.folder.empty()) {
    memory_.sync_folder(sync.id, sync.folder);
    memory_.deliver(now, *events_);
  } else {
    events_->on_synced(now, sync.id, {});  // it was discarded meanwhile
  }
  if (!sync.file || --syncing_[*sync.file] > 0) return;
  syncing_.erase(*sync.file);
  if (closing_.erase(*sync.file) > 0) memory_.close(*sync.file);
}

}  // namespace barnabas::simulation
