#include "broker/src/handlers/routes.hpp"

#include "broker/src/handlers/group_routes.hpp"

#include <array>

namespace barnabas::broker {
namespace {

ApiRoute in_turn(ApiRoute route) {
  route.holds_back_later = true;
  return route;
}

}  // namespace

std::span<const ApiRoute> routes() {
  // Versions are those of the schemas: all from one release of Apache Kafka, since clients infer
  // the release, and with it what they may send, from the table as a whole.
  static const std::array table{
      produce_route(),                             // 0
      fetch_route(),                               // 1
      list_offsets_route(),                        // 2
      metadata_route(),                            // 3
      in_turn(offset_commit_route()),              // 8
      offset_fetch_route(),                        // 9
      find_coordinator_route(),                    // 10
      join_group_route(),                          // 11
      heartbeat_route(),                           // 12
      leave_group_route(),                         // 13
      sync_group_route(),                          // 14
      describe_groups_route(),                     // 15
      list_groups_route(),                         // 16
      api_versions_route(),                        // 18
      in_turn(create_topics_route()),              // 19
      in_turn(delete_topics_route()),              // 20
      in_turn(delete_records_route()),             // 21
      init_producer_id_route(),                    // 22
      offset_for_leader_epoch_route(),             // 23
      describe_acls_route(),                       // 29
      create_acls_route(),                         // 30
      delete_acls_route(),                         // 31
      describe_configs_route(),                    // 32
      in_turn(alter_configs_route()),              // 33
      describe_log_dirs_route(),                   // 35
      in_turn(create_partitions_route()),          // 37
      in_turn(delete_groups_route()),              // 42
      in_turn(elect_leaders_route()),              // 43
      in_turn(incremental_alter_configs_route()),  // 44
      list_partition_reassignments_route(),        // 46
      in_turn(offset_delete_route()),              // 47
      describe_cluster_route(),                    // 60
      describe_producers_route(),                  // 61
      list_config_resources_route(),               // 74
      describe_topic_partitions_route(),           // 75
  };
  return table;
}

}  // namespace barnabas::broker
