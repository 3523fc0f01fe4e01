#pragma once

#include "client/src/core/cluster/metadata.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace barnabas::protocol {
struct MetadataResponse;
}

namespace barnabas::client {

/// The only writer of a Metadata; holds the rules by which news replace what is known.
///
/// - A partition's leader is taken over unless its epoch is older than the known one. A broker that
///   sends no epochs (-1) is believed.
/// - A topic that comes with another id than the known one was recreated: nothing old counts.
/// - A topic that is asked for and missing, or that comes with an error, keeps its partitions, so
///   that a producer in the middle of something does not lose its place.
class MetadataUpdater {
 public:
  using TopicNames = std::set<std::string, std::less<>>;

  explicit MetadataUpdater(Metadata& metadata) : metadata_(metadata) {}

  /// Takes over a response. `asked` are the topics that were named in the request, `kept` those
  /// that must not be forgotten; `complete` means that the response describes all topics of
  /// interest, so that others are forgotten.
  void apply(const protocol::MetadataResponse& response, const TopicNames& asked,
             const TopicNames& kept, bool complete);
  /// Whether the hint was news (KIP-951).
  bool apply_leader(std::string_view topic, std::int32_t partition, NodeId leader,
                    std::int32_t leader_epoch);
  void apply_broker(const BrokerMetadata& broker);
  /// Back to the bootstrap servers: brokers and controller are unknown again, topics stay.
  void forget_brokers();

 private:
  void take_topics(const protocol::MetadataResponse& response, TopicNames& described);
  void forget(const std::string& name);

  Metadata& metadata_;
};

}  // namespace barnabas::client
