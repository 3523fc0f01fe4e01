#include "broker/src/core/storage/state_files.hpp"

#include "broker/src/core/storage/file_names.hpp"

#include <barnabas/bytes.hpp>

#include <utility>

namespace barnabas::broker::storage {

namespace {

std::string temporary(const std::string& name) { return name + std::string(suffix::temporary); }

}  // namespace

StateFiles::~StateFiles() { syncs_.forget(*this); }

StateFiles::Ticket StateFiles::replace(std::string_view name, std::string content) {
  return add({0, std::string(name), std::move(content), false});
}

StateFiles::Ticket StateFiles::remove(std::string_view name) {
  return add({0, std::string(name), {}, true});
}

StateFiles::Ticket StateFiles::add(Change change) {
  change.ticket = ++last_;
  const bool last_waits = changes_.size() > 1 || step_ == Step::waiting;
  if (last_waits && changes_.back().name == change.name) {
    changes_.back() = std::move(change);
  } else {
    changes_.push_back(std::move(change));
  }
  if (step_ == Step::idle) begin();
  return last_;
}

void StateFiles::begin() {
  if (changes_.empty()) {
    step_ = Step::idle;
  } else if (changes_.front().removal) {
    put_in_place();
  } else {
    write();
  }
}

void StateFiles::write() {
  const Change& change = changes_.front();
  const std::string path = temporary(change.name);
  const Result<FileId> file = disk_.open(path, OpenMode::create_truncated);
  Error error = file ? Error() : file.error();
  if (file) {
    const std::span<const std::byte> part = BytesView(change.content).span();
    const Result<void> written = disk_.write(*file, 0, {&part, 1});
    if (written) {
      file_ = *file;
      step_ = Step::writing;
      syncs_.sync(file_, *this);
      return;
    }
    disk_.close(*file);
    error = written.error();
  }
  if (error == ErrorCode::disk_full) {
    step_ = Step::waiting;
  } else {
    fail(error);
  }
}

void StateFiles::put_in_place() {
  const Change& change = changes_.front();
  const Result<void> named = change.removal ? disk_.remove(change.name)
                                            : disk_.rename(temporary(change.name), change.name);
  if (!named) return fail(named.error());
  step_ = Step::naming;
  syncs_.sync_folder("", *this);
}

void StateFiles::retry() {
  if (step_ == Step::waiting) begin();
}

void StateFiles::on_synced(const Now&, SyncId, const Result<void>& result) {
  if (step_ == Step::writing) disk_.close(file_);
  if (!result) return fail(result.error());
  if (step_ == Step::writing) return put_in_place();
  done_ = changes_.front().ticket;
  changes_.pop_front();
  begin();
}

void StateFiles::fail(const Error& error) {
  step_ = Step::failed;
  failure_ = error;
}

}  // namespace barnabas::broker::storage
