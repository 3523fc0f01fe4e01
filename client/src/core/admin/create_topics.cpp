#include "client/src/core/admin/create_topics.hpp"

#include "protocol/messages/create_topics.hpp"

#include <memory>

namespace barnabas::client {

namespace {

using protocol::CreateTopicsRequest;
using protocol::CreateTopicsResponse;

// Brokers before 2.4 cannot be told to use their defaults.
constexpr std::int16_t first_version_with_defaults = 4;

CreateTopicsRequest::CreatableTopic to_wire(const NewTopic& from, std::int16_t version) {
  CreateTopicsRequest::CreatableTopic to;
  to.name = from.name();
  to.num_partitions = from.partitions();
  to.replication_factor = from.replication_factor();
  std::int32_t index = 0;
  for (const std::vector<std::int32_t>& brokers : from.replicas()) {
    auto& assignment = to.assignments.emplace_back();
    assignment.partition_index = index++;
    assignment.broker_ids = brokers;
  }
  if (version < first_version_with_defaults && from.replicas().empty()) {
    if (to.num_partitions < 0) to.num_partitions = 1;
    if (to.replication_factor < 0) to.replication_factor = 1;
  }
  for (const auto& [key, value] : from.config()) {
    auto& config = to.configs.emplace_back();
    config.name = key;
    config.value = value;
  }
  return to;
}

NamedResults<CreatedTopic> collect(const std::vector<NewTopic>& topics,
                                   const CreateTopicsResponse& response) {
  NamedResults<CreatedTopic> results;
  for (const NewTopic& topic : topics) {
    Result<CreatedTopic> result = unmentioned(topic.name());
    for (const auto& answer : response.topics) {
      if (answer.name != topic.name()) continue;
      if (answer.error_code != ErrorCode::none) {
        result = item_error(answer.error_code, topic.name(), answer.error_message);
        break;
      }
      CreatedTopic created;
      created.id = answer.topic_id;
      created.partitions = answer.num_partitions;
      created.replication_factor = answer.replication_factor;
      result = created;
      break;
    }
    results.emplace_back(topic.name(), std::move(result));
  }
  return results;
}

}  // namespace

void create_topics(AdminEngine& engine, const Now& now, std::vector<NewTopic> topics,
                   const AdminOptions& options, Done<NamedResults<CreatedTopic>> done) {
  const auto shared = std::make_shared<const std::vector<NewTopic>>(std::move(topics));
  engine.cluster().send<CreateTopicsRequest>(
      now, Target::controller(), engine.waiting_options(options),
      [shared, limit = engine.broker_time_limit_ms(options),
       validate_only = options.validate_only()](std::int16_t version) {
        CreateTopicsRequest request;
        for (const NewTopic& topic : *shared) request.topics.push_back(to_wire(topic, version));
        request.timeout_ms = limit;
        request.validate_only = validate_only;
        return Result<CreateTopicsRequest>(std::move(request));
      },
      [shared, done = std::move(done)](const Now&, const Reply<CreateTopicsResponse>& reply) {
        reply ? done(collect(*shared, *reply)) : done(reply.error());
      },
      [](const CreateTopicsResponse& response) { return controller_error(response.topics); });
}

}  // namespace barnabas::client
