#include "tests/chaos/ledger.hpp"

namespace barnabas::chaos {

namespace {

// Errors that are known before anything goes to a broker.
bool never_sent(ErrorCode code) {
  return code == ErrorCode::buffer_full || code == ErrorCode::message_too_large ||
         code == ErrorCode::invalid_argument;
}

}  // namespace

Ledger::Ledger(int producers, int partitions)
    : producers_(producers),
      partitions_(partitions),
      entries_(static_cast<std::size_t>(producers * partitions)) {}

RecordName Ledger::send(int producer, int partition) {
  const std::lock_guard lock(mutex_);
  std::vector<Entry>& entries = of(producer, partition);
  entries.emplace_back();
  ++sent_;
  return {producer, partition, static_cast<std::int64_t>(entries.size()) - 1};
}

void Ledger::acknowledged(const RecordName& name, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  of(name.producer, name.partition)[static_cast<std::size_t>(name.number)] = {Outcome::acknowledged,
                                                                              offset};
  ++acknowledged_;
}

void Ledger::failed(const RecordName& name, const Error& error) {
  const std::lock_guard lock(mutex_);
  of(name.producer, name.partition)[static_cast<std::size_t>(name.number)] = {
      never_sent(error.code()) ? Outcome::refused : Outcome::indeterminate, -1};
  ++errors_[error.to_string()];
}

std::int64_t Ledger::sent() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}

std::int64_t Ledger::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

std::map<std::string, std::int64_t> Ledger::errors() const {
  const std::lock_guard lock(mutex_);
  return errors_;
}

std::vector<Ledger::Entry> Ledger::entries(int producer, int partition) const {
  const std::lock_guard lock(mutex_);
  return of(producer, partition);
}

}  // namespace barnabas::chaos
