#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/topic_lookup.hpp"
#include "protocol/messages/delete_topics.hpp"

#include <list>
#include <set>
#include <string>
#include <utility>

namespace barnabas::broker {
namespace {

using protocol::DeleteTopicsRequest;
using protocol::DeleteTopicsResponse;
using TopicResult = DeleteTopicsResponse::DeletableTopicResult;

/// Deletes topics one by one and keeps what the answers view.
class Deletion {
 public:
  explicit Deletion(const RequestContext& context) : context_(context) {}

  void by_name(std::string_view name) {
    TopicResult& result = response.responses.emplace_back();
    result.name = keep(name);
    if (const Topic* topic = context_.broker.topics.find(name)) result.topic_id = topic->id;
    remove(name, result);
    if (result.error_code != ErrorCode::none) result.topic_id = Uuid();
  }
  void by_id(const Uuid& id) {
    TopicResult& result = response.responses.emplace_back();
    result.topic_id = id;
    const Topic* topic = context_.broker.topics.find(id);
    if (!topic) {
      result.name.reset();
      result.error_code = ErrorCode::unknown_topic_id;
      result.error_message = "no topic has this id";
      return;
    }
    const std::string_view name = keep(topic->name);
    result.name = name;
    remove(name, result);
  }
  void refuse_repeated(std::string_view name) {
    TopicResult& result = response.responses.emplace_back();
    result.name = keep(name);
    result.error_code = ErrorCode::invalid_request;
    result.error_message = "the topic is named more than once";
  }
  void refuse_ambiguous(const DeleteTopicsRequest::DeleteTopicState& state) {
    TopicResult& result = response.responses.emplace_back();
    result.name = state.name;
    result.topic_id = state.topic_id;
    result.error_code = ErrorCode::invalid_request;
    result.error_message = "either a name or an id is needed, not both";
  }

  DeleteTopicsResponse response;

 private:
  void remove(std::string_view name, TopicResult& result) {
    result.error_code = context_.injected_error(name);
    if (result.error_code != ErrorCode::none) return;
    const Result<void> removed = context_.broker.topics.remove(context_.now, name);
    if (removed) return;
    result.error_code = removed.error().code();
    result.error_message = keep(removed.error().context());
  }
  std::string_view keep(std::string_view text) { return texts_.emplace_back(text); }

  const RequestContext& context_;
  std::list<std::string> texts_;
};

void handle(const DeleteTopicsRequest& request, RequestContext& context,
            const Responder<DeleteTopicsRequest>& respond) {
  Deletion deletion(context);
  std::multiset<std::string_view> names(request.topic_names.begin(), request.topic_names.end());
  for (const auto& state : request.topics) {
    if (state.name && state.topic_id.is_zero()) names.insert(*state.name);
  }
  // Who names a topic twice is told so once, as by Kafka.
  std::set<std::string_view> refused;
  const auto is_repeated = [&](std::string_view name) {
    if (names.count(name) == 1) return false;
    if (refused.insert(name).second) deletion.refuse_repeated(name);
    return true;
  };
  for (const std::string_view name : request.topic_names) {
    if (!is_repeated(name)) deletion.by_name(name);
  }
  for (const auto& state : request.topics) {
    if (state.name.has_value() != state.topic_id.is_zero()) {
      deletion.refuse_ambiguous(state);
    } else if (state.name) {
      if (!is_repeated(*state.name)) deletion.by_name(*state.name);
    } else {
      deletion.by_id(state.topic_id);
    }
  }
  respond(deletion.response);
}

std::vector<TopicPartition> named(const DeleteTopicsRequest& request, const Services& broker) {
  std::vector<TopicPartition> topics;
  for (const std::string_view name : request.topic_names)
    topics.emplace_back(std::string(name), -1);
  for (const auto& state : request.topics) {
    const Topic* topic = find_topic(broker.topics, state.name.value_or(""), state.topic_id);
    topics.emplace_back(std::string(topic_name(topic, state.name.value_or(""))), -1);
  }
  return topics;
}

}  // namespace

ApiRoute delete_topics_route() { return route_by_item<DeleteTopicsRequest, handle, named>(); }

}  // namespace barnabas::broker
