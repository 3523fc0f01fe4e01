#include "client/src/core/consumer/assignors/assignor.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace barnabas::client {

namespace {

struct Names {
  Assignor assignor;
  std::string_view protocol;
  std::string_view java_class;
};
constexpr std::array all_names{
    Names{Assignor::range, "range", "org.apache.kafka.clients.consumer.RangeAssignor"},
    Names{Assignor::roundrobin, "roundrobin",
          "org.apache.kafka.clients.consumer.RoundRobinAssignor"},
    Names{Assignor::sticky, "sticky", "org.apache.kafka.clients.consumer.StickyAssignor"},
    Names{Assignor::cooperative_sticky, "cooperative-sticky",
          "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"},
};

bool comes_before(const GroupMember* a, const GroupMember* b) {
  if (a->instance_id && b->instance_id) return *a->instance_id < *b->instance_id;
  if (a->instance_id || b->instance_id) return a->instance_id.has_value();
  return a->id < b->id;
}

}  // namespace

GroupAssignment assign(Assignor assignor, std::span<const GroupMember> members,
                       const PartitionCounts& counts) {
  switch (assignor) {
    case Assignor::range:
      return assign_range(members, counts);
    case Assignor::roundrobin:
      return assign_roundrobin(members, counts);
    case Assignor::sticky:
      return assign_sticky(members, counts);
    case Assignor::cooperative_sticky:
      return assign_cooperative_sticky(members, counts);
  }
  return {};
}

std::string_view name(Assignor assignor) noexcept {
  for (const Names& names : all_names) {
    if (names.assignor == assignor) return names.protocol;
  }
  return "unknown";
}

std::optional<Assignor> parse_assignor(std::string_view text) noexcept {
  for (const Names& names : all_names) {
    if (text == names.protocol || text == names.java_class) return names.assignor;
  }
  return std::nullopt;
}

bool is_cooperative(Assignor assignor) noexcept { return assignor == Assignor::cooperative_sticky; }

std::vector<const GroupMember*> in_order(std::span<const GroupMember> members) {
  std::vector<const GroupMember*> ordered;
  ordered.reserve(members.size());
  for (const GroupMember& member : members) ordered.push_back(&member);
  std::stable_sort(ordered.begin(), ordered.end(), comes_before);
  return ordered;
}

std::int32_t partition_count(const PartitionCounts& counts, std::string_view topic) {
  const auto found = counts.find(topic);
  return found == counts.end() ? 0 : std::max(found->second, 0);
}

}  // namespace barnabas::client
