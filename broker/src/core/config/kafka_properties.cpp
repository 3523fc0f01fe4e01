#include "broker/src/core/config/broker_properties.hpp"

#include <algorithm>

namespace barnabas::broker {
namespace {

// Nothing about security is among them: who asks for TLS or for authorization must not be served
// without.
constexpr std::string_view prefixes[] = {
    "controller.",
    "controlled.shutdown.",
    "early.start.",
    "eligible.leader.",
    "group.consumer.",
    "group.coordinator.",
    "group.share.",
    "group.streams.",
    "inter.broker.",
    "kafka.metrics.",
    "leader.imbalance.",
    "log.cleaner.",
    "log.local.",
    "log.message.format.",
    "metadata.",
    "metric.",
    "metrics.",
    "offsets.topic.",
    "quota.",
    "remote.",
    "replica.",
    "share.",
    "socket.",
    "transaction.",
    "unclean.",
    "zookeeper.",
};

constexpr std::string_view names[] = {
    "advertised.host.name",
    "advertised.port",
    "alter.config.policy.class.name",
    "auto.include.jmx.reporter",
    "auto.leader.rebalance.enable",
    "background.threads",
    "broker.heartbeat.interval.ms",
    "broker.id.generation.enable",
    "broker.session.timeout.ms",
    "client.quota.callback.class",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.type",
    "compression.zstd.level",
    "config.providers",
    "connection.failed.authentication.delay.ms",
    "connections.max.reauth.ms",
    "create.topic.policy.class.name",
    "delegation.token.expiry.time.ms",
    "fetch.purgatory.purge.interval.requests",
    "initial.broker.registration.timeout.ms",
    "listener.security.protocol.map",
    "log.deletion.grace.period.ms",
    "log.dir.failure.timeout.ms",
    "log.flush.scheduler.interval.ms",
    "log.flush.start.offset.checkpoint.interval.ms",
    "log.index.size.max.bytes",
    "log.initial.task.delay.ms",
    "log.preallocate",
    "log.roll.jitter.hours",
    "log.roll.jitter.ms",
    "log.segment.delete.delay.ms",
    "max.connection.creation.rate",
    "max.connections.per.ip.overrides",
    "max.request.partition.size.limit",
    "min.insync.replicas",
    "num.io.threads",
    "num.network.threads",
    "num.recovery.threads.per.data.dir",
    "num.replica.alter.log.dirs.threads",
    "num.replica.fetchers",
    "process.roles",
    "producer.id.expiration.check.interval.ms",
    "producer.purgatory.purge.interval.requests",
    "queued.max.request.bytes",
    "queued.max.requests",
    "request.timeout.ms",
    "security.inter.broker.protocol",
    "security.providers",
    "telemetry.max.bytes",
    "transactional.id.expiration.ms",
    "unstable.api.versions.enable",
    "unstable.feature.versions.enable",
};

}  // namespace

bool is_kafka_property_without_effect(std::string_view name) {
  if (broker_properties().find(name)) return false;
  const auto is_prefix = [&](std::string_view prefix) { return name.starts_with(prefix); };
  return std::any_of(std::begin(prefixes), std::end(prefixes), is_prefix) ||
         std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace barnabas::broker
