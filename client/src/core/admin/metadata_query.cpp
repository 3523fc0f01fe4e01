#include "client/src/core/admin/metadata_query.hpp"

namespace barnabas::client {

namespace {

using protocol::MetadataRequest;
using protocol::MetadataResponse;

// The first version that can be told not to create topics.
constexpr std::int16_t min_version = 4;

MetadataRequest build(const TopicSelection& topics) {
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.topics.reset();
  if (topics) {
    request.topics.emplace();
    for (const std::string& name : *topics) request.topics->emplace_back().name = name;
  }
  return request;
}

void learn_brokers(Cluster& cluster, const MetadataResponse& response) {
  for (const auto& broker : response.brokers) {
    if (broker.port < 1 || broker.port > 65535) continue;
    BrokerMetadata known;
    known.id = broker.node_id;
    known.address = {std::string(broker.host), static_cast<std::uint16_t>(broker.port)};
    cluster.learn_node(known);
  }
}

}  // namespace

void query_metadata(AdminEngine& engine, const Now& now, TopicSelection topics, SendOptions options,
                    std::function<void(const Now&, const Result<MetadataResponse>&)> done) {
  const auto shared = std::make_shared<const TopicSelection>(std::move(topics));
  engine.cluster().send<MetadataRequest>(
      now, Target::any(), std::move(options.min_version(min_version)),
      [shared](std::int16_t) { return Result<MetadataRequest>(build(*shared)); },
      [&engine, done = std::move(done)](const Now& then, const Reply<MetadataResponse>& reply) {
        if (reply && reply->error_code != ErrorCode::none) {
          done(then, Error(reply->error_code, engine.cluster().describe(reply.node)));
          return;
        }
        if (reply) learn_brokers(engine.cluster(), *reply);
        done(then, reply.response);
      });
}

}  // namespace barnabas::client
