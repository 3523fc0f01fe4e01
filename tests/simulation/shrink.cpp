#include "tests/simulation/shrink.hpp"

#include <algorithm>
#include <cstddef>

namespace barnabas::test {

namespace {

using Fails = std::function<bool(const Plan&)>;

// Leaves out runs of elements, long ones first.
template <class Element>
bool drop(Plan& plan, std::vector<Element> Plan::*list, std::size_t least, const Fails& fails) {
  bool any = false;
  for (std::size_t count = std::max<std::size_t>((plan.*list).size() / 2, 1); count > 0;
       count /= 2) {
    for (std::size_t at = 0; at + count <= (plan.*list).size();) {
      if ((plan.*list).size() < count + least) break;
      Plan smaller = plan;
      auto& elements = smaller.*list;
      elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(at),
                     elements.begin() + static_cast<std::ptrdiff_t>(at + count));
      if (fails(smaller)) {
        plan = std::move(smaller);
        any = true;
      } else {
        ++at;
      }
    }
  }
  return any;
}

bool set(Plan& plan, const Fails& fails, const std::function<void(Plan&)>& change) {
  Plan smaller = plan;
  change(smaller);
  if (smaller.to_text() == plan.to_text() || !fails(smaller)) return false;
  plan = std::move(smaller);
  return true;
}

bool simplify(Plan& plan, const Fails& fails) {
  const Plan plain;
  bool any = false;
  const auto reset = [&](std::int64_t Plan::*field) {
    any |= set(plan, fails, [&](Plan& smaller) { smaller.*field = plain.*field; });
  };
  for (std::int64_t Plan::*field :
       {&Plan::nodes, &Plan::topics, &Plan::segment_bytes, &Plan::latency_us, &Plan::jitter_us,
        &Plan::largest_piece, &Plan::window, &Plan::connect_delay_us, &Plan::sync_us,
        &Plan::dead_addresses, &Plan::metadata_age_ms, &Plan::idle_ms, &Plan::auto_create}) {
    reset(field);
  }
  any |= set(plan, fails, [](Plan& smaller) { smaller.partitions = 1; });
  for (std::size_t i = 0; i < plan.producers.size(); ++i) {
    any |= set(plan, fails, [&](Plan& smaller) { smaller.producers[i].records /= 2; });
    any |= set(plan, fails, [&](Plan& smaller) {
      const std::int64_t records = smaller.producers[i].records;
      smaller.producers[i] = ProducerPlan();
      smaller.producers[i].records = records;
    });
  }
  for (std::size_t i = 0; i < plan.consumers.size(); ++i) {
    any |= set(plan, fails, [&](Plan& smaller) {
      const std::int64_t group = smaller.consumers[i].group;
      smaller.consumers[i] = ConsumerPlan();
      smaller.consumers[i].group = group;
    });
  }
  return any;
}

}  // namespace

Plan shrink(Plan plan, const Fails& fails) {
  bool any = true;
  while (any) {
    any = drop(plan, &Plan::faults, 0, fails);
    any |= drop(plan, &Plan::consumers, 1, fails);
    any |= simplify(plan, fails);
  }
  return plan;
}

}  // namespace barnabas::test
