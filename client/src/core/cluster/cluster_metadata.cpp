#include "client/src/core/cluster/cluster_impl.hpp"
#include "protocol/messages/metadata.hpp"

#include <string>

// Metadata: asked for when the schedule says so, applied, and recovered when it cannot be had.

namespace barnabas::client {

namespace {

using protocol::MetadataRequest;
using protocol::MetadataResponse;

// The first version that says whether topics may be created; every broker since 0.11 has it.
constexpr std::int16_t min_metadata_version = 4;

Result<MetadataRequest> build(const MetadataSchedule::Refresh& refresh, bool auto_create) {
  MetadataRequest request;
  request.allow_auto_topic_creation = auto_create;
  if (refresh.all_topics) {
    request.topics.reset();
    return request;
  }
  request.topics.emplace();
  for (const std::string& name : refresh.topics) {
    request.topics->emplace_back().name = name;
  }
  return request;
}

// A passing reason: the topic is being created, or its news have not reached this broker.
bool may_appear(ErrorCode code) {
  return code == ErrorCode::unknown_topic_or_partition || code == ErrorCode::leader_not_available;
}

}  // namespace

void Cluster::Impl::ask_metadata(const Now& now) {
  std::optional<MetadataSchedule::Refresh> due = schedule_.take_due(now);
  if (!due) return;
  // The completion and each build refer to the same description.
  auto refresh = std::make_shared<const MetadataSchedule::Refresh>(*std::move(due));
  SendOptions options;
  options.min_version(min_metadata_version);
  self_.send<MetadataRequest>(
      now, Target::any(), std::move(options),
      [this, refresh](std::int16_t) { return build(*refresh, options_.allow_auto_create_topics); },
      [this, refresh](const Now& then, const Reply<MetadataResponse>& reply) {
        take_metadata(then, reply, *refresh);
      });
}

void Cluster::Impl::take_metadata(const Now& now, const Reply<MetadataResponse>& reply,
                                  const MetadataSchedule::Refresh& refresh) {
  if (!reply) {
    metadata_failed(now, reply.error());
    return;
  }
  if (reply->error_code == ErrorCode::rebootstrap_required) {
    rebootstrap(now, "a broker asked for it");
  }
  if (reply->error_code != ErrorCode::none || reply->brokers.empty()) {
    const ErrorCode code =
        reply->error_code != ErrorCode::none ? reply->error_code : ErrorCode::broker_not_available;
    metadata_failed(now, Error(code, describe(reply.node) + ": Metadata"));
    return;
  }
  const std::string cluster_before = metadata_.cluster_id();
  updater_.apply(*reply, refresh.topics, schedule_.watched(), refresh.complete);
  outage_logged_ = false;
  if (!cluster_before.empty() && cluster_before != metadata_.cluster_id()) {
    logger_.log(now, LogLevel::warning, "the brokers belong to another cluster than before",
                {{"before", cluster_before}, {"now", metadata_.cluster_id()}});
  }
  MetadataSchedule::TopicNames unknown;
  for (const std::string& name : schedule_.watched()) {
    const TopicMetadata* topic = metadata_.topic(name);
    if (topic != nullptr && may_appear(topic->error)) unknown.insert(name);
  }
  schedule_.succeeded(now, unknown);
  for (const auto& [key, channel] : channels_.all()) {
    if (key.first < no_node) pump(now, *channel);
  }
  route_all(now, std::exchange(waiting_metadata_, {}));
  listener_.on_metadata(now);
}

void Cluster::Impl::metadata_failed(const Now& now, const Error& reason) {
  schedule_.failed(now);
  logger_.log(now, LogLevel::debug, "metadata could not be had", {{"error", reason}});
  const Instant since = schedule_.failing_since().value_or(now.monotonic);
  if (now.monotonic >= deadline_after(since, options_.rebootstrap_trigger) &&
      !metadata_.brokers().empty()) {
    rebootstrap(now, "no metadata for too long");
  }
  listener_.on_metadata_failed(now, reason);
}

void Cluster::Impl::rebootstrap(const Now& now, const char* why) {
  if (options_.metadata_recovery != MetadataRecovery::rebootstrap) return;
  logger_.log(now, LogLevel::info, "starting again from the bootstrap servers", {{"reason", why}});
  updater_.forget_brokers();
  schedule_.restart_failing(now);
}

}  // namespace barnabas::client
