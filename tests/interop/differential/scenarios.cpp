#include "tests/interop/differential/scenarios.hpp"

#include <array>

namespace barnabas::differential {

std::span<const Scenario> scenarios() {
  static constexpr std::array all{
      Scenario{"ApiVersions", api_versions},
      Scenario{"unserved requests", unserved_requests},
      Scenario{"empty requests", empty_requests},
      Scenario{"damaged requests", damaged_requests},
      Scenario{"CreateTopics", creating_topics},
      Scenario{"CreateTopics settings", configuring_new_topics},
      Scenario{"CreatePartitions", creating_partitions},
      Scenario{"DeleteTopics", deleting_topics},
      Scenario{"Metadata", metadata},
      Scenario{"DescribeTopicPartitions", describing_topics},
      Scenario{"DescribeCluster", describing_cluster},
      Scenario{"DescribeConfigs", describing_configs},
      Scenario{"altering settings", altering_configs},
      Scenario{"replicas", asking_about_replicas},
      Scenario{"access rules", asking_about_access},
      Scenario{"ListConfigResources", listing_config_resources},
      Scenario{"Produce", producing},
      Scenario{"refused batches", refused_batches},
      Scenario{"InitProducerId", producer_ids},
      Scenario{"sequences", sequences},
      Scenario{"Fetch", fetching},
      Scenario{"fetch sessions", fetch_sessions},
      Scenario{"ListOffsets", listing_offsets},
      Scenario{"leader epochs", leader_epochs},
      Scenario{"DeleteRecords", deleting_records},
      Scenario{"FindCoordinator", finding_coordinators},
      Scenario{"members that join", joining_groups},
      Scenario{"members out of state", groups_out_of_state},
      Scenario{"static members", static_members},
      Scenario{"members that leave", leaving_groups},
      Scenario{"OffsetCommit", committing_offsets},
      Scenario{"OffsetFetch", fetching_offsets},
      Scenario{"OffsetDelete", deleting_offsets},
      Scenario{"groups from outside", describing_groups},
      Scenario{"DeleteGroups", deleting_groups},
  };
  return all;
}

}  // namespace barnabas::differential
