#include "client/src/core/admin/delete_topics.hpp"

#include "protocol/messages/delete_topics.hpp"

#include <algorithm>
#include <memory>

namespace barnabas::client {

namespace {

using protocol::DeleteTopicsRequest;
using protocol::DeleteTopicsResponse;

// From here on topics are structs that have a name or an id.
constexpr std::int16_t first_version_with_ids = 6;

DeleteTopicsRequest build(const std::vector<std::string>& names, std::int32_t limit_ms,
                          std::int16_t version) {
  DeleteTopicsRequest request;
  request.timeout_ms = limit_ms;
  for (const std::string& name : names) {
    if (version >= first_version_with_ids) {
      request.topics.emplace_back().name = name;
    } else {
      request.topic_names.emplace_back(name);
    }
  }
  return request;
}

NamedResults<void> collect(const std::vector<std::string>& names,
                           const DeleteTopicsResponse& response) {
  NamedResults<void> results;
  for (const std::string& name : names) {
    const auto answer = std::ranges::find_if(
        response.responses, [&](const auto& candidate) { return candidate.name == name; });
    if (answer == response.responses.end()) {
      results.emplace_back(name, unmentioned(name));
    } else if (answer->error_code != ErrorCode::none) {
      results.emplace_back(name, item_error(answer->error_code, name, answer->error_message));
    } else {
      results.emplace_back(name, Result<void>());
    }
  }
  return results;
}

}  // namespace

void delete_topics(AdminEngine& engine, const Now& now, std::vector<std::string> names,
                   const AdminOptions& options, Done<NamedResults<void>> done) {
  const auto shared = std::make_shared<const std::vector<std::string>>(std::move(names));
  engine.cluster().send<DeleteTopicsRequest>(
      now, Target::controller(), engine.waiting_options(options),
      [shared, limit = engine.broker_time_limit_ms(options)](std::int16_t version) {
        return Result<DeleteTopicsRequest>(build(*shared, limit, version));
      },
      [shared, done = std::move(done)](const Now&, const Reply<DeleteTopicsResponse>& reply) {
        reply ? done(collect(*shared, *reply)) : done(reply.error());
      },
      [](const DeleteTopicsResponse& response) { return controller_error(response.responses); });
}

}  // namespace barnabas::client
