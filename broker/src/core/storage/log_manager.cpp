#include "broker/src/core/storage/log_manager.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/small_file.hpp"
#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace barnabas::broker::storage {

namespace {

constexpr Duration retry_interval = std::chrono::seconds(1);
/// More leader moves than a loss of power takes away where they are not synced one by one: clients
/// do not believe in leaders of an epoch before one that they have seen.
constexpr std::int32_t epochs_forgotten = 1000;
/// What Apache Kafka finds in its marker when the epoch of the broker is not known.
constexpr const char* clean_marker = R"({"version":0,"brokerEpoch":-1})";

}  // namespace

LogManager::LogManager(Disk& disk, const StorageConfig& config, Logger& logger)
    : data_(disk, config, logger),
      checkpoints_(disk, data_.state_files()),
      topics_(data_, checkpoints_),
      cleaner_(data_, topics_.logs(), checkpoints_),
      producer_ids_(data_.state_files()) {}

Result<void> LogManager::open(const Now& now) {
  if (state_ != State::created) return Error(ErrorCode::invalid_state, "opened before");
  now_ = now.monotonic;
  Result<void> done = data_.disk().lock(file_name::lock);
  if (done) done = read_meta();
  if (!done) return done;
  const FolderMeta found = meta_;
  const Result<bool> clean = data_.disk().exists(file_name::clean_shutdown);
  if (!clean) return clean.error();
  const Result<bool> checkpoints = checkpoints_.load();
  if (!checkpoints) return checkpoints.error();
  if (!*checkpoints) {
    data_.logger().log(now, LogLevel::warning, "checkpoint file damaged, logs are checked whole");
  }
  // Ids that are given now are others than those of an earlier start.
  const Uuid& chance = data_.config().new_cluster_id;
  done = topics_.load(now, {*clean, found.format == 0}, chance.high() ^ chance.low());
  if (!done) return done;
  const Result<std::int64_t> producer_id = first_producer_id();
  if (!producer_id) return producer_id.error();

  meta_.format = FolderMeta::current_format;
  raise_epochs();
  if (*clean) start_ticket_ = data_.state_files().remove(file_name::clean_shutdown);
  adopting_ = found.format == 0 && !topics_.topics().topics().empty();
  if (!adopting_ && !(meta_ == found)) write_meta();
  producer_ids_.start(*producer_id);
  next_checkpoint_ = deadline_after(now_, data_.config().checkpoint_interval);
  next_retention_ = deadline_after(now_, data_.config().retention_check_interval);
  cleaner_.start(deadline_after(now_, data_.config().cleaner_backoff));
  state_ = State::starting;
  progress(now);
  return {};
}

Result<void> LogManager::read_meta() {
  const auto file = read_small_file(data_.disk(), file_name::meta);
  if (!file) return file.error();
  if (*file) {
    const Result<FolderMeta> meta = decode_folder_meta(**file);
    if (!meta) return meta.error();
    meta_ = *meta;
  } else {
    meta_.cluster_id = data_.config().new_cluster_id;
    meta_.node_id = data_.config().node_id;
  }
  return {};
}

void LogManager::write_meta() {
  start_ticket_ = data_.state_files().replace(file_name::meta, encode_folder_meta(meta_));
}

// Without a file, in a folder of Apache Kafka: behind all ids that are known from logs.
Result<std::int64_t> LogManager::first_producer_id() {
  const auto file = read_small_file(data_.disk(), file_name::producer_ids);
  if (!file) return file.error();
  if (*file) {
    Result<std::int64_t> first = ProducerIds::decode(**file);
    if (!first) return first.error().within(file_name::producer_ids);
    return first;
  }
  std::int64_t first = 0;
  topics_.logs().for_each([&](const PartitionLog& log) {
    const ProducerState::Entries& producers = log.producers().entries();
    if (producers.empty()) return;
    const std::int64_t last = producers.rbegin()->first;
    first = std::max(first, (last / ProducerIds::block + 1) * ProducerIds::block);
  });
  return first;
}

void LogManager::raise_epochs() {
  bool unclean = false;
  std::int32_t highest = meta_.epoch_floor;
  topics_.logs().for_each([&](const PartitionLog& log) {
    if (log.offline().ok()) highest = std::max(highest, log.leader_epoch());
    unclean = unclean || !log.was_clean();
  });
  if (!unclean) return;
  meta_.epoch_floor = highest + epochs_forgotten;
  topics_.logs().for_each([&](PartitionLog& log) {
    if (!log.was_clean() && log.offline().ok()) log.raise_leader_epoch(meta_.epoch_floor);
  });
}

void LogManager::close(const Now& now) {
  pass(now);
  if (state_ != State::starting && state_ != State::running) return;
  state_ = State::stopping;
  data_.close_for_appends();
  topics_.logs().for_each([&](PartitionLog& log) { log.close(now); });
  progress(now);
}

std::optional<Instant> LogManager::next_deadline() const {
  const bool active =
      state_ == State::starting || state_ == State::running || state_ == State::stopping;
  if (!active) return std::nullopt;
  if (data_.failed()) return now_;  // a log met it; whoever owns the manager is to know at once
  if (data_.checkpoint_requested() && checkpoints_.durable()) return now_;
  Instant next = std::min(next_checkpoint_, next_retention_);
  if (const auto flush = data_.flush_deadlines().next()) next = std::min(next, *flush);
  if (state_ == State::running && open_for_appends_) {
    if (const auto cleaning = cleaner_.next_deadline(now_)) next = std::min(next, *cleaning);
  }
  if (data_.state_files().step() == StateFiles::Step::waiting) {
    next = std::min(next, retry_at_.value_or(deadline_after(now_, retry_interval)));
  }
  return next;
}

// The time of an event. Events come and go; when to try again stays.
void LogManager::pass(const Now& now) {
  now_ = now.monotonic;
  if (data_.state_files().step() != StateFiles::Step::waiting) {
    retry_at_.reset();
  } else if (!retry_at_) {
    retry_at_ = deadline_after(now_, retry_interval);
  }
}

void LogManager::advance(const Now& now) {
  pass(now);
  if (retry_at_ && *retry_at_ <= now_) {
    data_.state_files().retry();
    retry_at_.reset();
    pass(now);
  }
  while (const auto number = data_.flush_deadlines().pop_due(now_)) {
    if (PartitionLog* log = topics_.logs().find(*number)) log->flush(now);
  }
  if (state_ == State::running && now_ >= next_checkpoint_) {
    next_checkpoint_ = deadline_after(now_, data_.config().checkpoint_interval);
    data_.request_checkpoint();
  }
  if (state_ == State::running && now_ >= next_retention_) {
    next_retention_ = deadline_after(now_, data_.config().retention_check_interval);
    topics_.logs().for_each([&](PartitionLog& log) {
      log.enforce_retention(now);
      log.expire_producers(now);
    });
  }
  if (state_ == State::running && open_for_appends_) cleaner_.advance(now);
  progress(now);
}

void LogManager::on_synced(const Now& now, SyncId id, Result<void> result) {
  pass(now);
  data_.syncs().on_synced(now, id, result);
  progress(now);
}

void LogManager::progress(const Now& now) {
  if (data_.state_files().step() == StateFiles::Step::failed) {
    data_.sync_failed(now, data_.state_files().failure());
  }
  if (data_.failed()) {
    if (state_ != State::stopped) state_ = State::failed;
    producer_ids_.fail(Error(ErrorCode::kafka_storage_error, "the data folder failed"));
    return;
  }
  topics_.progress();
  producer_ids_.progress();
  progress_start(now);
  progress_checkpoints(now);
  progress_stop(now);
}

void LogManager::progress_start(const Now& now) {
  if (state_ != State::starting && state_ != State::running) return;
  const bool no_space = data_.state_files().step() == StateFiles::Step::waiting;
  if (!std::exchange(recovered_is_flushed_, true)) {
    topics_.logs().for_each([&](PartitionLog& log) {
      if (adopting_) log.make_durable(now);
      if (!log.was_clean()) log.flush(now);  // which takes no space
    });
  }
  progress_adoption();
  const bool ready = !adopting_ && data_.state_files().done(start_ticket_);
  if (ready && !std::exchange(open_for_appends_, true)) data_.open_for_appends();
  if (state_ != State::starting || !(ready || no_space)) return;
  // Readers that were shown a record before a crash are not told afterwards that the log ends in
  // front of it: what was recovered is durable before anybody asks.
  const bool recovered = topics_.logs().all_of([](const PartitionLog& log) {
    return !log.offline().ok() || log.high_watermark() == log.log_end_offset();
  });
  const bool early = planted(PlantedBug::serve_before_recovered);
  if (recovered || early) state_ = State::running;
}

// In the logs of Apache Kafka gaps are no damage, in ours they are, but below the recovery point.
// So the folder becomes ours when what was found in it is durable and the recovery points say so.
void LogManager::progress_adoption() {
  if (!adopting_) return;
  adopting_ = !topics_.logs().all_of([](const PartitionLog& log) {
    return !log.offline().ok() || log.durable_offset() >= log.log_end_offset();
  });
  if (adopting_) return;
  checkpoints_.write(topics_.logs());
  write_meta();
}

void LogManager::progress_checkpoints(const Now& now) {
  const bool no_space = data_.state_files().step() == StateFiles::Step::waiting;
  if (checkpoints_.durable() && data_.take_checkpoint_request()) {
    checkpoints_.write(topics_.logs());
    segments_to_remove_ = true;
  }
  // Where a log begins is durable before anything of it goes, so that a crash leaves no gap; but on
  // a full disk space matters more.
  if (!segments_to_remove_ || !(checkpoints_.durable() || no_space)) return;
  segments_to_remove_ = false;
  topics_.logs().for_each([&](PartitionLog& log) {
    log.remove_segments(now, checkpoints_.log_start(log.partition()));
  });
}

void LogManager::progress_stop(const Now& now) {
  if (state_ != State::stopping) return;
  if (data_.state_files().step() == StateFiles::Step::waiting) {
    data_.sync_failed(now, Error(ErrorCode::disk_full, "no space to close the data folder"));
    state_ = State::failed;
    return;
  }
  if (!stop_ticket_) {
    if (!topics_.logs().all_of([](const PartitionLog& log) { return log.closed(); })) return;
    checkpoints_.write(topics_.logs());
    // Otherwise the next start is to recover, and to leave behind the epochs that clients were
    // told.
    const bool clean =
        topics_.logs().all_of([](const PartitionLog& log) { return log.ended_cleanly(); });
    stop_ticket_ = clean ? data_.state_files().replace(file_name::clean_shutdown, clean_marker)
                         : data_.state_files().replace(file_name::meta, encode_folder_meta(meta_));
  }
  if (data_.state_files().done(*stop_ticket_)) state_ = State::stopped;
}

std::vector<const StoredTopic*> LogManager::topics() const {
  std::vector<const StoredTopic*> all;
  for (const auto& [name, topic] : topics_.topics().topics()) all.push_back(&topic);
  return all;
}

Result<void> LogManager::check_running(const Now& now) {
  pass(now);
  if (state_ == State::running) return {};
  if (Result<void> usable = data_.check(); !usable) return usable;
  return Error(ErrorCode::kafka_storage_error, "the data folder is not open");
}

Result<void> LogManager::create_topic(const Now& now, StoredTopic topic) {
  if (Result<void> running = check_running(now); !running) return running;
  return topics_.create(now, std::move(topic));
}

Result<void> LogManager::delete_topic(const Now& now, std::string_view name) {
  if (Result<void> running = check_running(now); !running) return running;
  return topics_.remove(now, name);
}

Result<void> LogManager::add_partitions(const Now& now, std::string_view name,
                                        std::int32_t new_count) {
  if (Result<void> running = check_running(now); !running) return running;
  return topics_.add_partitions(now, name, new_count);
}

Result<void> LogManager::set_topic_properties(const Now& now, std::string_view name,
                                              TopicProperties properties) {
  if (Result<void> running = check_running(now); !running) return running;
  return topics_.set_properties(name, std::move(properties));
}

void LogManager::next_producer_id(const Now& now, ProducerIds::Done done) {
  if (const Result<void> running = check_running(now); !running) return done(running.error());
  producer_ids_.next(std::move(done));
}

}  // namespace barnabas::broker::storage
