#pragma once

#include "broker/src/core/request/api_route.hpp"

#include <span>

// One function per API, defined in the file of its name, makes its row of the router table.

namespace barnabas::broker {

/// The router table: everything that this broker serves, and so advertises, by key.
std::span<const ApiRoute> routes();

ApiRoute alter_configs_route();
ApiRoute api_versions_route();
ApiRoute create_acls_route();
ApiRoute create_partitions_route();
ApiRoute create_topics_route();
ApiRoute delete_acls_route();
ApiRoute delete_records_route();
ApiRoute delete_topics_route();
ApiRoute describe_acls_route();
ApiRoute describe_cluster_route();
ApiRoute describe_configs_route();
ApiRoute describe_log_dirs_route();
ApiRoute describe_producers_route();
ApiRoute describe_topic_partitions_route();
ApiRoute elect_leaders_route();
ApiRoute fetch_route();
ApiRoute incremental_alter_configs_route();
ApiRoute init_producer_id_route();
ApiRoute list_config_resources_route();
ApiRoute list_offsets_route();
ApiRoute list_partition_reassignments_route();
ApiRoute metadata_route();
ApiRoute offset_for_leader_epoch_route();
ApiRoute produce_route();

}  // namespace barnabas::broker
