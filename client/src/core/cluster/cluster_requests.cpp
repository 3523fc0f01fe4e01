#include "client/src/core/cluster/cluster_impl.hpp"

#include "client/src/core/cluster/gave_up.hpp"
#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <chrono>

// The way of a request: routed, written, retried, completed.

namespace barnabas::client {

namespace {

std::string milliseconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) +
         " ms";
}

bool asks_for_controller(const PendingRequest& request) {
  return request.target.kind() == Target::Kind::controller;
}

bool asks_for_coordinator(const PendingRequest& request) {
  return request.target.kind() == Target::Kind::coordinator;
}

// For up to the rebalance timeout, until all members are there.
bool may_be_held_back(const PendingRequest& request) {
  const ApiKey key = request.operation->key();
  return key == ApiKey::JoinGroup || key == ApiKey::SyncGroup;
}

CoordinatorKey coordinator_key(const PendingRequest& request) {
  return {request.target.coordinator_type(), request.target.key()};
}

}  // namespace

RequestId Cluster::Impl::submit(const Now& now, Target target, SendOptions options,
                                std::unique_ptr<Operation> operation) {
  const RequestId id{++last_request_id_};
  PendingRequest& request =
      pending_.try_emplace(id, std::move(operation), std::move(target), std::move(options))
          .first->second;
  if (closed_) {
    fail(id, Error(ErrorCode::closed, "the client is closed"));
    return id;
  }
  const Duration timeout = request.options.timeout().value_or(options_.api_timeout);
  timers_.set(timer(Timer::request_timeout, id), deadline_after(now.monotonic, timeout));
  route(now, id);
  return id;
}

PendingRequest* Cluster::Impl::find(RequestId id) {
  const auto found = pending_.find(id);
  return found == pending_.end() ? nullptr : &found->second;
}

void Cluster::Impl::route(const Now& now, RequestId id) {
  PendingRequest* request = find(id);
  if (request == nullptr) return;
  switch (request->target.kind()) {
    case Target::Kind::any:
      waiting_any_.push_back(id);
      return;
    case Target::Kind::node:
      route_to_node(now, id, *request, request->target.node_id());
      return;
    case Target::Kind::controller:
      if (!metadata_.brokers().empty() && metadata_.broker(metadata_.controller()) == nullptr) {
        waiting_any_.push_back(id);
      } else {
        route_to_node(now, id, *request, metadata_.controller());
      }
      return;
    case Target::Kind::coordinator:
      route_to_coordinator(now, id, *request);
      return;
  }
}

void Cluster::Impl::route_to_node(const Now& now, RequestId id, PendingRequest& request,
                                  NodeId node) {
  request.info.node = node;
  if (host_of(node) == nullptr) {
    if (metadata_.brokers().empty()) {
      schedule_.need_any();
      waiting_metadata_.push_back(id);
    } else {
      attempt_failed(now, id,
                     Error(ErrorCode::broker_not_available,
                           "broker " + std::to_string(node) + " is not part of the cluster"));
    }
    return;
  }
  const Lane natural = asks_for_coordinator(request) ? Lane::coordinator : Lane::general;
  Channel& channel = channels_.at(node, request.options.lane().value_or(natural));
  channel.waiting.push_back(id);
  pump(now, channel);
}

void Cluster::Impl::route_to_coordinator(const Now& now, RequestId id, PendingRequest& request) {
  const CoordinatorKey key = coordinator_key(request);
  const NodeId node = coordinators_.find(key);
  if (host_of(node) != nullptr) {
    route_to_node(now, id, request, node);
    return;
  }
  coordinators_.forget(key);
  coordinators_.wait_for(now, key, id);
}

void Cluster::Impl::route_all(const Now& now, const std::vector<RequestId>& ids) {
  for (const RequestId id : ids) route(now, id);
}

void Cluster::Impl::write(const Now& now, Channel& channel, RequestId id, PendingRequest& request) {
  request.info.node = channel.node();
  if (Result<void> written = try_write(now, channel, id, request); !written) {
    fail(id, written.error().within(describe(channel.node())));
  } else if (!request.options.expects_response()) {
    succeed(id);
  }
}

Result<void> Cluster::Impl::try_write(const Now& now, Channel& channel, RequestId id,
                                      PendingRequest& request) {
  Operation& operation = *request.operation;
  const VersionRange allowed{std::max(operation.versions().min, request.options.min_version()),
                             std::min(operation.versions().max, request.options.max_version())};
  const Result<std::int16_t> version =
      channel.connection.versions().choose(operation.key(), allowed);
  if (!version) return version.error();
  request.info.version = *version;
  const std::int32_t correlation_id = channel.connection.next_correlation_id();
  Result<wire::GatherBuffer> bytes = operation.encode(*version, correlation_id, options_.client_id);
  if (!bytes) return bytes.error();
  if (request.options.keep_alive()) bytes->keep_alive(request.options.keep_alive());

  SentRequest sent;
  sent.id = id;
  sent.key = operation.key();
  sent.version = *version;
  sent.correlation_id = correlation_id;
  sent.deadline = deadline_after(
      now.monotonic, request.options.request_timeout().value_or(options_.request_timeout));
  sent.throttle_time = operation.throttle_time_reader();
  request.info.written = true;
  channel.connection.write(now, *std::move(bytes), sent, request.options.expects_response());
  return {};
}

Result<void> Cluster::Impl::on_response(const Now& now, Connection& connection,
                                        const SentRequest& sent, const wire::Reader& body,
                                        std::shared_ptr<const void> frame) {
  PendingRequest* request = find(sent.id);
  if (request == nullptr) {  // given up, but the broker's wish to be left alone holds
    const Result<std::int32_t> throttle_time = sent.throttle_time(sent.version, body);
    if (!throttle_time) return throttle_time.error().within(describe(connection.node()));
    throttle(now, connection, *throttle_time);
    return {};
  }
  const Result<ResponseSummary> summary =
      request->operation->decode(sent.version, body, std::move(frame));
  if (!summary) {
    const Error error = summary.error().within(describe(connection.node()));
    attempt_failed(now, sent.id, error);
    return error;
  }
  throttle(now, connection, summary->throttle_time_ms);
  if (answer_calls_for_retry(now, *request, summary->error)) {
    request->last_error = Error(summary->error, describe(connection.node()));
    retry_later(now, sent.id, *request);
  } else {
    succeed(sent.id);
  }
  return {};
}

void Cluster::Impl::throttle(const Now& now, const Connection& connection,
                             std::int32_t throttle_time_ms) {
  // A later answer never shortens what an earlier one asked for.
  Instant& until = channels_.at(connection.node(), connection.lane()).throttled_until;
  until =
      std::max(until, deadline_after(now.monotonic, std::chrono::milliseconds(throttle_time_ms)));
}

bool Cluster::Impl::answer_calls_for_retry(const Now& now, PendingRequest& request,
                                           ErrorCode code) {
  if (code == ErrorCode::none) return false;
  const bool moved =
      code == ErrorCode::not_coordinator || code == ErrorCode::coordinator_not_available;
  const bool stay = planted(PlantedBug::keep_old_coordinator);
  if (moved && !stay && asks_for_coordinator(request))
    coordinators_.forget(coordinator_key(request));
  if (code == ErrorCode::not_controller) schedule_.request(now);
  return request.options.retry() == Retry::standard && Error(code).retriable();
}

void Cluster::Impl::attempt_failed(const Now& now, RequestId id, const Error& error,
                                   bool was_stale) {
  PendingRequest* request = find(id);
  if (request == nullptr) return;
  if (request->options.retry() == Retry::none) {
    fail(id, error);
    return;
  }
  request->last_error = error;
  if (was_stale && !std::exchange(request->repeated_stale, true)) {
    route(now, id);
    return;
  }
  if (error == ErrorCode::broker_not_available || asks_for_controller(*request)) {
    schedule_.request(now);
  }
  retry_later(now, id, *request);
}

void Cluster::Impl::retry_later(const Now& now, RequestId id, PendingRequest& request) {
  if (planted(PlantedBug::retry_without_pause)) {
    timers_.set(timer(Timer::request_retry, id), now.monotonic);
    return;
  }
  timers_.set(timer(Timer::request_retry, id),
              deadline_after(now.monotonic, retry_backoff_.pause(++request.failures, random_)));
}

void Cluster::Impl::timed_out(RequestId id) {
  const PendingRequest* request = find(id);
  if (request == nullptr) return;
  std::string text(name(request->operation->key()));
  text += " was given up after " +
          milliseconds(request->options.timeout().value_or(options_.api_timeout));
  if (asks_for_coordinator(*request) && request->info.node == no_node) {
    text += ", the coordinator of \"" + request->target.key() + "\" could not be found";
  }
  const Error& cause = request->last_error.ok() && !request->info.written ? last_connection_error_
                                                                          : request->last_error;
  const bool held = may_be_held_back(*request);
  fail(id, gave_up(ErrorCode::timed_out, std::move(text), cause));
  if (held) leave_queue_of(id);
}

void Cluster::Impl::cancel(RequestId id) {
  const PendingRequest* request = find(id);
  if (request == nullptr) return;
  const bool held = may_be_held_back(*request);
  cancel_timers(id);
  pending_.erase(id);
  if (held) leave_queue_of(id);
}

// Brokers answer in order: whatever is sent behind a request that the broker keeps waiting would
// wait with it. So its connection is given up.
void Cluster::Impl::leave_queue_of(RequestId id) {
  if (planted(PlantedBug::join_again_at_once)) return;
  for (const auto& [place, channel] : channels_.all()) {
    if (!channel->connection.is_under_way(id)) continue;
    const Now now{last_now_, 0};
    channel->connection.give_up(now, Error(ErrorCode::disconnected, "a request was given up"));
    set_timer(now, *channel);
    return;
  }
}

void Cluster::Impl::cancel_timers(RequestId id) {
  timers_.cancel(timer(Timer::request_timeout, id));
  timers_.cancel(timer(Timer::request_retry, id));
}

void Cluster::Impl::succeed(RequestId id) {
  const auto request = pending_.find(id);
  cancel_timers(id);
  completions_.succeed(std::move(request->second.operation), request->second.info);
  pending_.erase(request);
}

void Cluster::Impl::fail(RequestId id, Error error) {
  const auto request = pending_.find(id);
  cancel_timers(id);
  completions_.fail(std::move(request->second.operation), request->second.info, std::move(error));
  pending_.erase(request);
}

}  // namespace barnabas::client
