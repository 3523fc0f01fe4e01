#pragma once

#include "client/src/core/admin/admin_engine.hpp"
#include "protocol/messages/metadata.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::client {

/// Which topics Metadata is to describe: nothing means all of them.
using TopicSelection = std::optional<std::vector<std::string>>;

/// Metadata as an operation's own question, apart from what the cluster keeps. Never creates a
/// topic. The brokers in the answer become known to the cluster. An error at the top of the
/// response comes as an error of the reply.
void query_metadata(
    AdminEngine& engine, const Now& now, TopicSelection topics, SendOptions options,
    std::function<void(const Now&, const Result<protocol::MetadataResponse>&)> done);

}  // namespace barnabas::client
