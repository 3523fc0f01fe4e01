#include "client/src/core/admin/list_groups.hpp"

#include "client/src/core/admin/metadata_query.hpp"
#include "protocol/messages/list_groups.hpp"

#include <algorithm>
#include <memory>

namespace barnabas::client {

namespace {

using protocol::ListGroupsRequest;
using protocol::ListGroupsResponse;
using protocol::MetadataResponse;

// The answers of all brokers, as they come in.
struct Collection {
  GroupListings listings;
  std::size_t awaited = 0;
  bool something_learned = false;
  Done<GroupListings> done;
};

void add(GroupListings& listings, const ListGroupsResponse& response) {
  for (const auto& from : response.groups) {
    GroupListing& group = listings.groups.emplace_back();
    group.id = from.group_id;
    group.protocol_type = from.protocol_type;
    group.state = from.group_state;
    group.type = from.group_type;
  }
}

void take(Collection& collection, NodeId node, const Reply<ListGroupsResponse>& reply) {
  if (!reply) {
    collection.listings.missing.emplace_back(node, reply.error());
  } else if (reply->error_code != ErrorCode::none) {
    const Error error = item_error(reply->error_code, "broker " + std::to_string(node));
    collection.listings.missing.emplace_back(node, error);
  } else {
    collection.something_learned = true;
    add(collection.listings, *reply);
  }
  if (--collection.awaited > 0) return;
  if (!collection.something_learned) {
    collection.done(collection.listings.missing.front().second);
    return;
  }
  std::ranges::sort(collection.listings.groups, {}, &GroupListing::id);
  collection.done(std::move(collection.listings));
}

void ask_brokers(AdminEngine& engine, const Now& now, const AdminOptions& options,
                 const MetadataResponse& metadata, const std::shared_ptr<Collection>& collection) {
  std::vector<NodeId> nodes;
  for (const auto& broker : metadata.brokers) nodes.push_back(broker.node_id);
  std::ranges::sort(nodes);
  collection->awaited = nodes.size();
  for (const NodeId node : nodes) {
    engine.cluster().send<ListGroupsRequest>(
        now, Target::node(node), engine.send_options(options),
        [](std::int16_t) { return Result<ListGroupsRequest>(ListGroupsRequest()); },
        [collection, node](const Now&, const Reply<ListGroupsResponse>& reply) {
          take(*collection, node, reply);
        });
  }
}

}  // namespace

void list_groups(AdminEngine& engine, const Now& now, const AdminOptions& options,
                 Done<GroupListings> done) {
  const auto collection = std::make_shared<Collection>();
  collection->done = std::move(done);
  query_metadata(
      engine, now, std::vector<std::string>(), engine.send_options(options),
      [&engine, options, collection](const Now& then, const Result<MetadataResponse>& metadata) {
        if (!metadata) {
          collection->done(metadata.error());
        } else if (metadata->brokers.empty()) {
          collection->done(Error(ErrorCode::broker_not_available, "no broker is known"));
        } else {
          ask_brokers(engine, then, options, *metadata, collection);
        }
      });
}

}  // namespace barnabas::client
