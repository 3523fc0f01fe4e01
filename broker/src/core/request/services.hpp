#pragma once

#include <span>

namespace barnabas {
class Logger;
namespace broker {

struct BrokerSettings;
struct ApiRoute;
class Cluster;
class TopicRegistry;
class FetchSessionCache;
class DelayedFetches;
class CommitWaits;
class BatchChecker;
class CoordinatorPlaces;
class GroupCoordinator;
namespace storage {
class LogManager;
}

/// The parts of a broker that handlers work with.
struct Services {
  const BrokerSettings& settings;
  Logger& logger;
  std::span<const ApiRoute> routes;  ///< What this broker serves.
  Cluster& cluster;
  TopicRegistry& topics;
  storage::LogManager& logs;
  FetchSessionCache& fetch_sessions;
  DelayedFetches& delayed_fetches;
  CommitWaits& commit_waits;
  BatchChecker& batch_checker;
  CoordinatorPlaces& coordinators;
  GroupCoordinator& groups;
};

}  // namespace broker
}  // namespace barnabas
