#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/cluster_description.hpp>
#include <barnabas/admin/item_results.hpp>

#include <string>
#include <vector>

namespace barnabas::client {

// What Metadata tells: asked of any broker, never creating a topic.

void describe_cluster(AdminEngine& engine, const Now& now, const AdminOptions& options,
                      Done<ClusterDescription> done);
void list_topics(AdminEngine& engine, const Now& now, const AdminOptions& options,
                 Done<std::vector<TopicListing>> done);
void describe_topics(AdminEngine& engine, const Now& now, std::vector<std::string> names,
                     const AdminOptions& options, Done<NamedResults<TopicDescription>> done);

}  // namespace barnabas::client
