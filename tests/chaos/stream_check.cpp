#include "tests/chaos/stream_check.hpp"

#include <algorithm>
#include <string>

namespace barnabas::chaos {

namespace {

std::string name_of(const RecordName& record) {
  return "record " + std::to_string(record.number) + " of producer " +
         std::to_string(record.producer) + " in partition " + std::to_string(record.partition);
}

std::string at(std::int64_t offset) { return " at offset " + std::to_string(offset); }

}  // namespace

StreamCheck::StreamCheck(int producers, int partitions)
    : producers_(producers),
      partitions_(partitions),
      rows_(static_cast<std::size_t>(producers * partitions)),
      last_offsets_(static_cast<std::size_t>(partitions), -1) {}

void StreamCheck::take(int partition, std::int64_t offset, std::string_view value) {
  std::int64_t& last_offset = last_offsets_[static_cast<std::size_t>(partition)];
  if (offset <= last_offset) {
    violations_.add("offset went back", "partition " + std::to_string(partition) + at(offset) +
                                            " after" + at(last_offset));
  }
  last_offset = offset;
  const std::optional<RecordName> name = parse_body(value);
  if (!name || name->producer < 0 || name->producer >= producers_ || name->number < 0) {
    violations_.add("damaged", "partition " + std::to_string(partition) + at(offset));
    return;
  }
  if (name->partition != partition) {
    violations_.add("misplaced", name_of(*name) + " found in partition " +
                                     std::to_string(partition) + at(offset));
    return;
  }
  Row& seen = row(name->producer, partition);
  const auto number = static_cast<std::size_t>(name->number);
  if (number >= seen.offsets.size()) seen.offsets.resize(number + 1, -1);
  if (seen.offsets[number] >= 0) {
    violations_.add("duplicate", name_of(*name) + at(offset) + " and" + at(seen.offsets[number]));
    return;
  }
  if (name->number < seen.last) {
    violations_.add("reordered",
                    name_of(*name) + at(offset) + " behind number " + std::to_string(seen.last));
  }
  seen.last = std::max(seen.last, name->number);
  seen.offsets[number] = offset;
  ++count_;
}

std::int64_t StreamCheck::missing(const Ledger& ledger) const {
  std::int64_t count = 0;
  for (int producer = 0; producer < producers_; ++producer) {
    for (int partition = 0; partition < partitions_; ++partition) {
      const std::vector<Ledger::Entry> entries = ledger.entries(producer, partition);
      const std::vector<std::int64_t>& seen =
          rows_[static_cast<std::size_t>(producer * partitions_ + partition)].offsets;
      for (std::size_t number = 0; number < entries.size(); ++number) {
        const bool taken = number < seen.size() && seen[number] >= 0;
        if (entries[number].outcome == Outcome::acknowledged && !taken) ++count;
      }
    }
  }
  return count;
}

void StreamCheck::finish(const Ledger& ledger) {
  for (int producer = 0; producer < producers_; ++producer) {
    for (int partition = 0; partition < partitions_; ++partition) {
      const std::vector<Ledger::Entry> entries = ledger.entries(producer, partition);
      Row& seen = row(producer, partition);
      if (seen.offsets.size() > entries.size()) {
        violations_.add("damaged", name_of({producer, partition, seen.last}) + " was never sent");
      }
      seen.offsets.resize(entries.size(), -1);
      for (std::size_t number = 0; number < entries.size(); ++number) {
        const auto& [outcome, told] = entries[number];
        const std::int64_t found = seen.offsets[number];
        const RecordName name{producer, partition, static_cast<std::int64_t>(number)};
        if (outcome == Outcome::acknowledged && found < 0) {
          violations_.add("lost", name_of(name) + ", acknowledged" + at(told));
        } else if (outcome == Outcome::refused && found >= 0) {
          violations_.add("refused but stored", name_of(name) + at(found));
        } else if (outcome == Outcome::acknowledged && told >= 0 && told != found) {
          violations_.add("wrong offset", name_of(name) + at(found) + ", acknowledged" + at(told));
        }
      }
    }
  }
}

}  // namespace barnabas::chaos
