#pragma once

#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/producer/completions.hpp"
#include "client/src/core/producer/producer_sender.hpp"
#include "client/src/core/producer/producer_topic.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/detail/future_source.hpp>
#include <barnabas/partition_info.hpp>
#include <barnabas/uuid.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::client {

/// The metadata side of a producer's topics: has the cluster watch those that are used, gives them
/// their partitions, and ends the wait of records and look-ups that wait in vain.
/// Thread-safety: none; the engine's lock covers it.
class TopicKeeper {
 public:
  using Partitions = std::vector<PartitionInfo>;
  using Lookup = std::shared_ptr<detail::ResultSource<Partitions>>;

  /// Lifetime: all outlive the keeper.
  TopicKeeper(Cluster& cluster, const ProducerSettings& settings, ProducerSender& sender,
              Completions& completions);

  /// Records are sent to the topic. It lives as long as the keeper.
  void use(const Now& now, ProducerTopic& topic);
  /// Ends with the partitions of a topic, or with an error after `limit`.
  void look_up(const Now& now, std::string_view name, Duration limit, Lookup lookup);
  void on_metadata(const Now& now);
  void on_metadata_failed(const Error& reason) { last_failure_ = reason; }
  /// Does what is due. Look-ups that have ended are posted.
  void run(const Now& now, Outbox& outbox);
  std::optional<Instant> next_deadline() const;
  /// Gives up what waits.
  void fail_all(const Error& reason);

  /// No record waits for metadata.
  bool is_idle() const;

 private:
  struct Known {
    ProducerTopic* topic = nullptr;
    Instant last_used{};
    bool watched = false;
    Uuid id;
  };
  struct Waiting {
    std::string name;
    Instant deadline{};
    Lookup lookup;
  };
  struct Ended {
    Lookup lookup;
    Result<Partitions> result;
  };

  void watch(const Now& now, Known& known);
  void take_metadata(Known& known);
  void unwatch_idle(const Now& now);
  Duration idle_check_interval() const;
  std::optional<Result<Partitions>> answer(const std::string& name) const;
  void answer_lookups(const Now& now);
  Error not_known(const std::string& name) const;

  Cluster& cluster_;
  const ProducerSettings& settings_;
  ProducerSender& sender_;
  Completions& completions_;

  std::map<std::string_view, Known> topics_;
  std::set<std::string_view> unsettled_;  // with records that wait for partitions
  std::optional<Instant> next_idle_check_;
  std::vector<Waiting> lookups_;
  std::vector<Ended> ended_;
  std::uint32_t next_queue_id_ = 0;
  Error last_failure_;
};

}  // namespace barnabas::client
