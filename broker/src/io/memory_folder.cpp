#include "broker/src/io/memory_folder.hpp"

namespace barnabas::broker::io {

void MemoryFolder::change(Change change) {
  apply(names_, change);
  changes_.emplace_back(next_number_++, std::move(change));
}

void MemoryFolder::mark_durable(std::uint64_t sealed) {
  for (; !changes_.empty() && changes_.front().first <= sealed; changes_.pop_front()) {
    apply(durable_names_, changes_.front().second);
  }
}

void MemoryFolder::lose_changes(Random* random) {
  for (const auto& [number, change] : changes_) {
    if (random != nullptr && random->below(2) == 0) apply(durable_names_, change);
  }
  changes_.clear();
  names_ = durable_names_;
}

void MemoryFolder::apply(Names& names, const Change& change) {
  for (const auto& [name, node] : change) {
    if (node) {
      names[name] = node;
    } else {
      names.erase(name);
    }
  }
}

std::uint64_t MemoryNode::bytes() const {
  std::uint64_t sum = file.size();
  for (const auto& [name, child] : folder.names()) sum += child->bytes();
  return sum;
}

void MemoryNode::lose_changes(Random* random) {
  if (!is_folder) {
    file.lose_changes(random);
    return;
  }
  folder.lose_changes(random);
  for (const auto& [name, child] : folder.names()) child->lose_changes(random);
}

}  // namespace barnabas::broker::io
