#include "client/src/core/admin/create_partitions.hpp"

#include "protocol/messages/create_partitions.hpp"

#include <algorithm>
#include <memory>

namespace barnabas::client {

namespace {

using protocol::CreatePartitionsRequest;
using protocol::CreatePartitionsResponse;

CreatePartitionsRequest build(const std::vector<NewPartitions>& topics, std::int32_t limit_ms,
                              bool validate_only) {
  CreatePartitionsRequest request;
  request.timeout_ms = limit_ms;
  request.validate_only = validate_only;
  for (const NewPartitions& topic : topics) {
    auto& entry = request.topics.emplace_back();
    entry.name = topic.topic();
    entry.count = topic.total();
    entry.assignments.reset();
    if (topic.replicas().empty()) continue;
    entry.assignments.emplace();
    for (const auto& brokers : topic.replicas()) {
      entry.assignments->emplace_back().broker_ids = brokers;
    }
  }
  return request;
}

NamedResults<void> collect(const std::vector<NewPartitions>& topics,
                           const CreatePartitionsResponse& response) {
  NamedResults<void> results;
  for (const NewPartitions& topic : topics) {
    const auto answer = std::ranges::find_if(
        response.results, [&](const auto& candidate) { return candidate.name == topic.topic(); });
    if (answer == response.results.end()) {
      results.emplace_back(topic.topic(), unmentioned(topic.topic()));
    } else if (answer->error_code != ErrorCode::none) {
      results.emplace_back(topic.topic(),
                           item_error(answer->error_code, topic.topic(), answer->error_message));
    } else {
      results.emplace_back(topic.topic(), Result<void>());
    }
  }
  return results;
}

}  // namespace

void create_partitions(AdminEngine& engine, const Now& now, std::vector<NewPartitions> topics,
                       const AdminOptions& options, Done<NamedResults<void>> done) {
  const auto shared = std::make_shared<const std::vector<NewPartitions>>(std::move(topics));
  engine.cluster().send<CreatePartitionsRequest>(
      now, Target::controller(), engine.waiting_options(options),
      [shared, limit = engine.broker_time_limit_ms(options),
       validate_only = options.validate_only()](std::int16_t) {
        return Result<CreatePartitionsRequest>(build(*shared, limit, validate_only));
      },
      [shared, done = std::move(done)](const Now&, const Reply<CreatePartitionsResponse>& reply) {
        reply ? done(collect(*shared, *reply)) : done(reply.error());
      },
      [](const CreatePartitionsResponse& response) { return controller_error(response.results); });
}

}  // namespace barnabas::client
