#include "client/src/core/admin/describe_cluster.hpp"

#include "client/src/core/admin/metadata_query.hpp"

#include <algorithm>

namespace barnabas::client {

namespace {

using protocol::MetadataResponse;

ClusterDescription to_cluster(const MetadataResponse& response) {
  ClusterDescription cluster;
  cluster.cluster_id = response.cluster_id.value_or("");
  cluster.controller = response.controller_id;
  for (const auto& from : response.brokers) {
    BrokerInfo& broker = cluster.brokers.emplace_back();
    broker.id = from.node_id;
    broker.host = from.host;
    broker.port = static_cast<std::uint16_t>(std::clamp(from.port, 0, 65535));
    if (from.rack) broker.rack = std::string(*from.rack);
  }
  std::ranges::sort(cluster.brokers, {}, &BrokerInfo::id);
  return cluster;
}

std::vector<TopicListing> to_listings(const MetadataResponse& response) {
  std::vector<TopicListing> listings;
  for (const auto& from : response.topics) {
    if (from.error_code != ErrorCode::none || !from.name) continue;
    TopicListing& listing = listings.emplace_back();
    listing.name = *from.name;
    listing.id = from.topic_id;
    listing.internal = from.is_internal;
    listing.partitions = static_cast<std::int32_t>(from.partitions.size());
  }
  std::ranges::sort(listings, {}, &TopicListing::name);
  return listings;
}

TopicDescription to_description(const MetadataResponse::MetadataResponseTopic& from,
                                const std::string& name) {
  TopicDescription topic;
  topic.name = name;
  topic.id = from.topic_id;
  topic.internal = from.is_internal;
  for (const auto& part : from.partitions) {
    PartitionInfo& partition = topic.partitions.emplace_back();
    partition.topic = name;
    partition.partition = part.partition_index;
    partition.leader = part.leader_id;
    partition.leader_epoch = part.leader_epoch;
    partition.replicas = part.replica_nodes;
    partition.in_sync_replicas = part.isr_nodes;
  }
  std::ranges::sort(topic.partitions, {}, &PartitionInfo::partition);
  return topic;
}

NamedResults<TopicDescription> collect(const std::vector<std::string>& names,
                                       const MetadataResponse& response) {
  NamedResults<TopicDescription> results;
  for (const std::string& name : names) {
    const auto answer = std::ranges::find_if(
        response.topics, [&](const auto& candidate) { return candidate.name == name; });
    if (answer == response.topics.end()) {
      results.emplace_back(name, unmentioned(name));
    } else if (answer->error_code != ErrorCode::none) {
      results.emplace_back(name, item_error(answer->error_code, name));
    } else {
      results.emplace_back(name, to_description(*answer, name));
    }
  }
  return results;
}

}  // namespace

void describe_cluster(AdminEngine& engine, const Now& now, const AdminOptions& options,
                      Done<ClusterDescription> done) {
  query_metadata(engine, now, std::vector<std::string>(), engine.send_options(options),
                 [done = std::move(done)](const Now&, const Result<MetadataResponse>& response) {
                   response ? done(to_cluster(*response)) : done(response.error());
                 });
}

void list_topics(AdminEngine& engine, const Now& now, const AdminOptions& options,
                 Done<std::vector<TopicListing>> done) {
  query_metadata(engine, now, std::nullopt, engine.send_options(options),
                 [done = std::move(done)](const Now&, const Result<MetadataResponse>& response) {
                   response ? done(to_listings(*response)) : done(response.error());
                 });
}

void describe_topics(AdminEngine& engine, const Now& now, std::vector<std::string> names,
                     const AdminOptions& options, Done<NamedResults<TopicDescription>> done) {
  TopicSelection selection = names;
  query_metadata(engine, now, std::move(selection), engine.send_options(options),
                 [names = std::move(names), done = std::move(done)](
                     const Now&, const Result<MetadataResponse>& response) {
                   response ? done(collect(names, *response)) : done(response.error());
                 });
}

}  // namespace barnabas::client
