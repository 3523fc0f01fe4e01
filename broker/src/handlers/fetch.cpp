#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/fetch/fetch_session_cache.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/fetch_operation.hpp"
#include "broker/src/handlers/topic_lookup.hpp"
#include "protocol/messages/fetch.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace barnabas::broker {
namespace {

using protocol::FetchRequest;
using protocol::FetchResponse;

// Special session epochs (KIP-227).
constexpr std::int32_t initial_epoch = 0;
constexpr std::int32_t final_epoch = -1;
constexpr std::int16_t first_version_by_id = 13;
constexpr std::int8_t read_committed = 1;

bool is_full(const FetchRequest& request) {
  return request.session_epoch == initial_epoch || request.session_epoch == final_epoch;
}

FetchPartition wanted(const FetchRequest::FetchTopic& topic,
                      const FetchRequest::FetchPartition& partition) {
  FetchPartition result;
  result.key = {std::string(topic.topic), topic.topic_id, partition.partition};
  result.offset = partition.fetch_offset;
  result.max_bytes = partition.partition_max_bytes;
  result.current_leader_epoch = partition.current_leader_epoch;
  result.last_fetched_epoch = partition.last_fetched_epoch;
  return result;
}

void update(FetchSession& session, const FetchRequest& request) {
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) session.set(wanted(topic, partition));
  }
  for (const auto& topic : request.forgotten_topics_data) {
    for (const std::int32_t partition : topic.partitions) {
      session.forget({std::string(topic.topic), topic.topic_id, partition});
    }
  }
}

std::size_t count_partitions(const FetchRequest& request) {
  std::size_t count = 0;
  for (const auto& topic : request.topics) count += topic.partitions.size();
  return count;
}

/// The session that the request starts or goes on with, brought up to date.
FetchSessionCache::Found open_session(const FetchRequest& request, const RequestContext& context) {
  FetchSessionCache& cache = context.broker.fetch_sessions;
  const bool by_id = context.version >= first_version_by_id;
  FetchSessionCache::Found found;
  if (is_full(request)) {
    if (request.session_id != 0) cache.remove(request.session_id);
    const bool wanted = request.session_epoch == initial_epoch;
    found.session = cache.create(context.now, by_id, count_partitions(request), wanted);
  } else {
    found = cache.resume(context.now, request.session_id, request.session_epoch, by_id);
  }
  if (!found.session) return found;
  update(*found.session, request);
  if (!is_full(request) && found.session->size() == 0 && found.session->id() != 0) {
    cache.remove(found.session->id());
    found.session = std::make_shared<FetchSession>(0, by_id);
  }
  return found;
}

FetchPlan make_plan(const FetchRequest& request, const RequestContext& context,
                    std::shared_ptr<FetchSession> session) {
  FetchPlan plan;
  plan.broker = &context.broker;
  plan.node = context.node;
  plan.listener = context.listener;
  plan.version = context.version;
  plan.session = std::move(session);
  plan.incremental = !is_full(request);
  const std::int32_t max_bytes =
      std::clamp(request.max_bytes, 0, context.broker.settings.fetch.max_bytes);
  plan.max_bytes = static_cast<std::size_t>(max_bytes);
  plan.min_bytes = static_cast<std::size_t>(std::clamp(request.min_bytes, 0, max_bytes));
  plan.limit = request.isolation_level == read_committed ? storage::ReadUpTo::last_stable
                                                         : storage::ReadUpTo::high_watermark;
  return plan;
}

void wait_for_data(FetchPass& pass, std::shared_ptr<FetchPlan> plan, std::int32_t max_wait_ms,
                   const RequestContext& context, const Responder<FetchRequest>& respond) {
  DelayedFetch delayed;
  delayed.token = context.token;
  delayed.deadline = deadline_after(context.now.monotonic, std::chrono::milliseconds(max_wait_ms));
  delayed.missing_bytes = plan->min_bytes - pass.bytes();
  delayed.limit = plan->limit;
  delayed.watches = pass.take_watches();
  delayed.complete = [plan = std::move(plan), respond](const Now&) {
    FetchPass again(*plan, nullptr);
    again.read();
    again.answer(respond);
  };
  context.broker.delayed_fetches.add(std::move(delayed));
}

void handle(const FetchRequest& request, RequestContext& context,
            const Responder<FetchRequest>& respond) {
  FetchSessionCache::Found found = open_session(request, context);
  if (!found.session) {
    FetchResponse response;
    response.error_code = found.error;
    return respond(response);
  }
  auto plan = std::make_shared<FetchPlan>(make_plan(request, context, std::move(found.session)));
  FetchPass pass(*plan, &context);
  pass.read();
  if (pass.is_urgent() || request.max_wait_ms <= 0) {
    pass.answer(respond);
  } else {
    wait_for_data(pass, std::move(plan), request.max_wait_ms, context, respond);
  }
}

std::vector<TopicPartition> named(const FetchRequest& request, const Services& broker) {
  std::vector<TopicPartition> partitions;
  const auto add = [&](std::string_view name, const Uuid& id, std::int32_t partition) {
    const Topic* topic = find_topic(broker.topics, name, id);
    partitions.emplace_back(std::string(topic_name(topic, name)), partition);
  };
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      add(topic.topic, topic.topic_id, partition.partition);
    }
  }
  const FetchSession* session =
      is_full(request) ? nullptr : broker.fetch_sessions.find(request.session_id);
  if (session) {
    for (const FetchPartition& known : session->partitions()) {
      add(known.key.topic, known.key.topic_id, known.key.partition);
    }
  }
  return partitions;
}

}  // namespace

ApiRoute fetch_route() { return route_by_item<FetchRequest, handle, named>(); }

}  // namespace barnabas::broker
