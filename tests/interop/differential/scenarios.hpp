#pragma once

#include "tests/interop/differential/world.hpp"

#include <cstdint>
#include <span>

namespace barnabas::differential {

/// A series of requests about one subject.
struct Scenario {
  std::string_view name;
  void (*run)(World&);
};

std::span<const Scenario> scenarios();

void api_versions(World& world);
void unserved_requests(World& world);
void empty_requests(World& world);
void damaged_requests(World& world);
void creating_topics(World& world);
void configuring_new_topics(World& world);
void deleting_topics(World& world);
void creating_partitions(World& world);
void metadata(World& world);
void describing_topics(World& world);
void describing_cluster(World& world);
void deleting_records(World& world);
void describing_configs(World& world);
void altering_configs(World& world);
void asking_about_replicas(World& world);
void asking_about_access(World& world);
void listing_config_resources(World& world);
void producing(World& world);
void refused_batches(World& world);
void sequences(World& world);
void producer_ids(World& world);
void fetching(World& world);
void fetch_sessions(World& world);
void listing_offsets(World& world);
void leader_epochs(World& world);
void finding_coordinators(World& world);
void joining_groups(World& world);
void groups_out_of_state(World& world);
void static_members(World& world);
void leaving_groups(World& world);
void committing_offsets(World& world);
void fetching_offsets(World& world);
void deleting_offsets(World& world);
void describing_groups(World& world);
void deleting_groups(World& world);

/// `steps` random requests, a function of the seed.
void random_requests(World& world, std::uint64_t seed, int steps);

}  // namespace barnabas::differential
