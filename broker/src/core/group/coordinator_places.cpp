#include "broker/src/core/group/coordinator_places.hpp"

namespace barnabas::broker {
namespace {

// Length of the UTF-8 sequence that begins with `lead`; invalid bytes stand for themselves.
std::size_t sequence_length(unsigned char lead) {
  if (lead >= 0xF0) return 4;
  if (lead >= 0xE0) return 3;
  if (lead >= 0xC0) return 2;
  return 1;
}

}  // namespace

std::int32_t java_string_hash(std::string_view text) noexcept {
  std::uint32_t hash = 0;
  const auto add = [&](std::uint32_t unit) { hash = 31 * hash + unit; };
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(lead);
    if (length == 1 || at + length > text.size()) {
      add(lead);
      ++at;
      continue;
    }
    std::uint32_t point = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    at += length;
    if (point < 0x10000) {
      add(point);
    } else {  // Java counts UTF-16 units
      point -= 0x10000;
      add(0xD800 + (point >> 10));
      add(0xDC00 + (point & 0x3FF));
    }
  }
  return static_cast<std::int32_t>(hash);
}

std::int32_t CoordinatorPlaces::partition_of(std::string_view group_id) const {
  const std::int32_t hash = java_string_hash(group_id);
  const std::int32_t positive = hash == INT32_MIN ? 0 : hash < 0 ? -hash : hash;
  return positive % partitions_;
}

NodeId CoordinatorPlaces::node_of(std::string_view group_id) const {
  if (unreadable_.contains(partition_of(group_id))) return no_node;
  auto entry = moved_.find(group_id);
  if (entry != moved_.end() && cluster_.is_running(entry->second)) return entry->second;
  return cluster_.spread(static_cast<std::size_t>(partition_of(group_id)));
}

void CoordinatorPlaces::move(std::string_view group_id, NodeId node) {
  moved_.insert_or_assign(std::string(group_id), node);
}

}  // namespace barnabas::broker
