#include "tests/simulation/ledger.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <span>

namespace barnabas::test {

namespace {

// More than the promise, for what takes place within a turn.
constexpr Duration tolerance = std::chrono::milliseconds(250);

std::string stem_of(std::size_t index) { return "#" + std::to_string(index) + ";"; }

}  // namespace

std::string to_string(const Ledger::Entry& entry) {
  return "producer " + std::to_string(entry.producer) + " record " + std::to_string(entry.number) +
         " to " + to_string(entry.partition);
}

int Ledger::add_producer(ProducerTerms terms) {
  producers_.push_back(terms);
  return static_cast<int>(producers_.size() - 1);
}

std::size_t Ledger::add(int producer, const TopicPartition& partition, std::size_t bytes) {
  const std::size_t index = entries_.size();
  Entry entry;
  entry.producer = producer;
  entry.partition = partition;
  entry.number = numbers_[{producer, partition}]++;
  entry.value = stem_of(index);
  // Padding that differs from record to record and hardly compresses.
  std::uint64_t noise = index * 0x9E3779B97F4A7C15ULL + 1;
  const std::size_t stem = std::min(entry.value.size(), bytes);
  entry.value.resize(std::max(entry.value.size(), bytes));
  for (char& letter : std::span(entry.value).subspan(stem)) {
    noise ^= noise << 13;
    noise ^= noise >> 7;
    noise ^= noise << 17;
    letter = static_cast<char>('a' + noise % 26);
  }
  entry.sent = world_.now();
  entries_.push_back(std::move(entry));
  ++open_;
  return index;
}

std::int64_t Ledger::find(std::string_view value) const {
  const std::size_t end = value.find(';');
  std::size_t index = 0;
  if (!value.starts_with('#') || end == std::string_view::npos) return -1;
  const auto parsed = std::from_chars(value.data() + 1, value.data() + end, index);
  if (parsed.ec != std::errc() || parsed.ptr != value.data() + end) return -1;
  if (index >= entries_.size() || entries_[index].value != value) return -1;
  return static_cast<std::int64_t>(index);
}

void Ledger::reported(std::size_t index, const Result<Delivery>& result) {
  Entry& entry = entries_[index];
  if (entry.outcome != Outcome::none) {
    findings_.add("reported-once", to_string(entry) + " was reported again");
    return;
  }
  --open_;
  const Duration took = world_.now() - entry.sent;
  const Duration limit = producers_[static_cast<std::size_t>(entry.producer)].time_limit;
  if (took > limit + tolerance + excused_) {
    findings_.add(
        "reported-in-time",
        to_string(entry) + " was reported after " +
            std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()) +
            " ms" + (result ? "" : ": " + result.error().to_string()));
  }
  if (!result) {
    entry.outcome = Outcome::failed;
    entry.error = result.error().code();
    return;
  }
  entry.outcome = Outcome::delivered;
  entry.offset = result->offset;
  if (result->topic != entry.partition.topic || result->partition != entry.partition.partition) {
    findings_.add("delivered-there", to_string(entry) + " was reported at " + result->topic + "-" +
                                         std::to_string(result->partition));
  }
}

void Ledger::give_up(int producer) {
  for (Entry& entry : entries_) {
    if (entry.producer == producer && entry.outcome == Outcome::none) entry.purged = true;
  }
}

std::size_t Ledger::open_of(int producer) const {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.producer == producer && entry.outcome == Outcome::none;
      }));
}

void Ledger::check_log(const TopicPartition& partition, const std::vector<StoredRecord>& log,
                       bool lossy) {
  std::map<int, std::int64_t> last_number;
  std::int64_t expected_offset = -1;
  for (const StoredRecord& record : log) {
    const std::string where = to_string(partition) + " at offset " + std::to_string(record.offset);
    if (expected_offset >= 0 && record.offset != expected_offset) {
      findings_.add("log-contiguous", where + ", expected " + std::to_string(expected_offset));
    }
    expected_offset = record.offset + 1;
    const std::int64_t found = record.value ? find(*record.value) : -1;
    if (found < 0) {
      findings_.add("log-content", where + " is a record that nobody sent");
      continue;
    }
    Entry& entry = entries_[static_cast<std::size_t>(found)];
    const ProducerTerms& terms = producers_[static_cast<std::size_t>(entry.producer)];
    if (entry.partition != partition) {
      findings_.add("log-content", where + " is " + to_string(entry));
      continue;
    }
    if (entry.in_log && terms.idempotent) {
      findings_.add("no-duplicates", where + " is once more " + to_string(entry));
    }
    // Without idempotence a request that was given up can take effect behind its repetition.
    const bool is_repetition =
        !terms.idempotent && (entry.in_log || entry.outcome != Outcome::delivered);
    entry.in_log = true;
    if (!terms.may_reorder && !is_repetition && !lossy) {
      const auto last = last_number.find(entry.producer);
      const bool back = last != last_number.end() && entry.number <= last->second;
      if (back && (terms.idempotent || entry.number < last->second)) {
        findings_.add("order", where + " is " + to_string(entry) + " behind record " +
                                   std::to_string(last->second));
      }
      if (!back) last_number[entry.producer] = entry.number;
    }
    if (entry.outcome == Outcome::delivered && entry.offset >= 0 && entry.offset != record.offset &&
        terms.idempotent && !lossy) {
      findings_.add("offset-reported", where + " is " + to_string(entry) + ", reported at " +
                                           std::to_string(entry.offset));
    }
  }
}

void Ledger::check_complete(bool lossy) {
  for (const Entry& entry : entries_) {
    if (entry.outcome == Outcome::none && !entry.purged) {
      findings_.add("reported-once", to_string(entry) + " was never reported");
    }
    const bool acknowledged = producers_[static_cast<std::size_t>(entry.producer)].acknowledged;
    if (entry.outcome == Outcome::delivered && !entry.in_log && acknowledged && !lossy) {
      findings_.add("no-loss", to_string(entry) + " was acknowledged at offset " +
                                   std::to_string(entry.offset) + " and is gone");
    }
  }
}

}  // namespace barnabas::test
