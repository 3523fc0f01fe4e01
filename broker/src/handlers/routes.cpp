#include "broker/src/handlers/routes.hpp"

#include "broker/src/handlers/group_routes.hpp"

#include <array>

namespace barnabas::broker {

std::span<const ApiRoute> routes() {
  // Versions are those of the schemas: all from one release of Apache Kafka, since clients infer
  // the release, and with it what they may send, from the table as a whole.
  static const std::array table{
      produce_route(),           fetch_route(),
      list_offsets_route(),      metadata_route(),
      api_versions_route(),      create_topics_route(),
      delete_topics_route(),     delete_records_route(),
      init_producer_id_route(),  offset_for_leader_epoch_route(),
      describe_configs_route(),  alter_configs_route(),
      create_partitions_route(), incremental_alter_configs_route(),
      describe_cluster_route(),  describe_topic_partitions_route(),
  };
  return table;
}

}  // namespace barnabas::broker
