#include "client/src/core/cluster/cluster_impl.hpp"
#include "protocol/messages/find_coordinator.hpp"

#include <string>

// Coordinators: looked up for the requests that wait for one.

namespace barnabas::client {

namespace {

using protocol::FindCoordinatorRequest;
using protocol::FindCoordinatorResponse;

constexpr std::int16_t first_batched_version = 4;

std::int16_t min_version(CoordinatorType type) {
  switch (type) {
    case CoordinatorType::group:
      return 0;
    case CoordinatorType::transaction:
      return 1;
    case CoordinatorType::share:
      return 6;
  }
  return 0;
}

Result<FindCoordinatorRequest> build(const CoordinatorKey& key, std::int16_t version) {
  FindCoordinatorRequest request;
  request.key_type = static_cast<std::int8_t>(key.type);
  if (version >= first_batched_version) {
    request.coordinator_keys.push_back(key.key);
  } else {
    request.key = key.key;
  }
  return request;
}

struct Answer {
  ErrorCode error = ErrorCode::none;
  std::string message;
  BrokerMetadata broker;
};

template <class Source>
Answer to_answer(const Source& source) {
  Answer answer;
  answer.error = source.error_code;
  if (source.error_message) answer.message = *source.error_message;
  answer.broker.id = source.node_id;
  answer.broker.address = {std::string(source.host), static_cast<std::uint16_t>(source.port)};
  if (answer.error == ErrorCode::none &&
      (source.node_id < 0 || source.port < 1 || source.port > 65535)) {
    answer.error = ErrorCode::coordinator_not_available;
  }
  return answer;
}

Answer find_answer(const FindCoordinatorResponse& response, std::int16_t version,
                   const CoordinatorKey& key) {
  if (version < first_batched_version) return to_answer(response);
  for (const auto& coordinator : response.coordinators) {
    if (coordinator.key == key.key) return to_answer(coordinator);
  }
  Answer missing;
  missing.error = ErrorCode::coordinator_not_available;
  return missing;
}

}  // namespace

void Cluster::Impl::ask_coordinators(const Now& now) {
  while (std::optional<CoordinatorKey> key = coordinators_.take_due(now)) {
    const auto& waiting = coordinators_.waiting(*key);
    const bool needed = std::any_of(waiting.begin(), waiting.end(),
                                    [this](RequestId id) { return find(id) != nullptr; });
    if (!needed) {
      coordinators_.failed(*key);
      continue;
    }
    SendOptions options;
    options.min_version(min_version(key->type));
    self_.send<FindCoordinatorRequest>(
        now, Target::any(), std::move(options),
        [key = *key](std::int16_t version) { return build(key, version); },
        [this, key = *key](const Now& then, const Reply<FindCoordinatorResponse>& reply) {
          take_coordinator(then, key, reply);
        });
  }
}

void Cluster::Impl::take_coordinator(const Now& now, const CoordinatorKey& key,
                                     const Reply<FindCoordinatorResponse>& reply) {
  Error error;
  Answer answer;
  if (!reply) {
    error = reply.error();
  } else {
    answer = find_answer(*reply, reply.version, key);
    if (answer.error != ErrorCode::none) {
      std::string context = "coordinator of \"" + key.key + "\" at " + describe(reply.node);
      if (!answer.message.empty()) context += ": " + answer.message;
      error = Error(answer.error, std::move(context));
    }
  }
  if (error.ok()) {
    updater_.apply_broker(answer.broker);
    route_all(now, coordinators_.found(key, answer.broker.id));
    listener_.on_coordinator(now, key.type, key.key, answer.broker.id);
    return;
  }
  const bool lasting = error == ErrorCode::unsupported_by_broker || error == ErrorCode::closed;
  if (lasting || (reply && !error.retriable())) {
    for (const RequestId id : coordinators_.failed(key)) {
      if (find(id) != nullptr) fail(id, error);
    }
    return;
  }
  for (const RequestId id : coordinators_.waiting(key)) {
    if (PendingRequest* request = find(id)) request->last_error = error;
  }
  coordinators_.failed_for_now(now, key);
}

}  // namespace barnabas::client
