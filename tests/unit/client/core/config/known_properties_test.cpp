#include <barnabas/admin_config.hpp>
#include <barnabas/consumer_config.hpp>
#include <barnabas/producer_config.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

using namespace barnabas;

// Users bring their property files along. Every name that librdkafka and the Java client know gets
// an answer from every kind of client: it is supported, noted as having no effect, or refused with
// what to do instead; but never called unknown.

namespace {

// librdkafka's, for every client.
constexpr std::string_view rdkafka[] = {
    "allow.auto.create.topics",
    "api.version.fallback.ms",
    "api.version.request",
    "api.version.request.timeout.ms",
    "background_event_cb",
    "bootstrap.servers",
    "broker.address.family",
    "broker.address.ttl",
    "broker.version.fallback",
    "builtin.features",
    "client.id",
    "client.rack",
    "closesocket_cb",
    "connect_cb",
    "connections.max.idle.ms",
    "debug",
    "default_topic_conf",
    "enable.metrics.push",
    "enable.random.seed",
    "enable.sasl.oauthbearer.unsecure.jwt",
    "enable.ssl.certificate.verification",
    "enabled_events",
    "error_cb",
    "https.ca.location",
    "https.ca.pem",
    "interceptors",
    "internal.termination.signal",
    "log.connection.close",
    "log.queue",
    "log.thread.name",
    "log_cb",
    "log_level",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "message.copy.max.bytes",
    "message.max.bytes",
    "metadata.broker.list",
    "metadata.max.age.ms",
    "metadata.recovery.rebootstrap.trigger.ms",
    "metadata.recovery.strategy",
    "oauthbearer_token_refresh_cb",
    "opaque",
    "open_cb",
    "plugin.library.paths",
    "receive.message.max.bytes",
    "reconnect.backoff.jitter.ms",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "resolve_cb",
    "retry.backoff.max.ms",
    "sasl.kerberos.keytab",
    "sasl.kerberos.kinit.cmd",
    "sasl.kerberos.min.time.before.relogin",
    "sasl.kerberos.principal",
    "sasl.kerberos.service.name",
    "sasl.mechanism",
    "sasl.mechanisms",
    "sasl.oauthbearer.assertion.algorithm",
    "sasl.oauthbearer.client.id",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.config",
    "sasl.oauthbearer.extensions",
    "sasl.oauthbearer.metadata.authentication.type",
    "sasl.oauthbearer.method",
    "sasl.oauthbearer.scope",
    "sasl.oauthbearer.token.endpoint.url",
    "sasl.password",
    "sasl.username",
    "security.protocol",
    "socket.blocking.max.ms",
    "socket.connection.setup.timeout.ms",
    "socket.keepalive.enable",
    "socket.max.fails",
    "socket.nagle.disable",
    "socket.receive.buffer.bytes",
    "socket.send.buffer.bytes",
    "socket.timeout.ms",
    "socket_cb",
    "ssl.ca.certificate.stores",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.certificate.pem",
    "ssl.certificate.verify_cb",
    "ssl.cipher.suites",
    "ssl.crl.location",
    "ssl.curves.list",
    "ssl.endpoint.identification.algorithm",
    "ssl.engine.id",
    "ssl.engine.location",
    "ssl.key.location",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.providers",
    "ssl.sigalgs.list",
    "ssl_ca",
    "ssl_certificate",
    "ssl_engine_callback_data",
    "ssl_key",
    "statistics.interval.ms",
    "stats_cb",
    "throttle_cb",
    "topic.blacklist",
    "topic.metadata.propagation.max.ms",
    "topic.metadata.refresh.fast.cnt",
    "topic.metadata.refresh.fast.interval.ms",
    "topic.metadata.refresh.interval.ms",
    "topic.metadata.refresh.sparse",
};
constexpr std::string_view rdkafka_producer[] = {
    "acks",
    "batch.num.messages",
    "batch.size",
    "compression.codec",
    "compression.level",
    "compression.type",
    "delivery.report.only.error",
    "delivery.timeout.ms",
    "dr_cb",
    "dr_msg_cb",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "linger.ms",
    "message.send.max.retries",
    "message.timeout.ms",
    "msg_order_cmp",
    "partitioner",
    "partitioner_cb",
    "produce.offset.report",
    "queue.buffering.backpressure.threshold",
    "queue.buffering.max.kbytes",
    "queue.buffering.max.messages",
    "queue.buffering.max.ms",
    "queuing.strategy",
    "request.required.acks",
    "request.timeout.ms",
    "retries",
    "retry.backoff.ms",
    "sticky.partitioning.linger.ms",
    "transaction.timeout.ms",
    "transactional.id",
};
constexpr std::string_view rdkafka_consumer[] = {
    "auto.commit.enable",
    "auto.commit.interval.ms",
    "auto.offset.reset",
    "check.crcs",
    "consume.callback.max.messages",
    "consume_cb",
    "coordinator.query.interval.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "fetch.error.backoff.ms",
    "fetch.max.bytes",
    "fetch.message.max.bytes",
    "fetch.min.bytes",
    "fetch.wait.max.ms",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "group.protocol.type",
    "group.remote.assignor",
    "heartbeat.interval.ms",
    "isolation.level",
    "max.partition.fetch.bytes",
    "max.poll.interval.ms",
    "max.poll.records",
    "offset.store.method",
    "offset.store.path",
    "offset.store.sync.interval.ms",
    "offset_commit_cb",
    "partition.assignment.strategy",
    "queued.max.messages.kbytes",
    "queued.min.messages",
    "rebalance_cb",
    "session.timeout.ms",
    "share.acknowledgement.mode",
};
// Those of Apache Kafka 4.3's Java client; of sasl.* and ssl.* some stand for all.
constexpr std::string_view java_producer[] = {
    "bootstrap.servers",
    "key.serializer",
    "value.serializer",
    "buffer.memory",
    "compression.type",
    "retries",
    "batch.size",
    "client.dns.lookup",
    "client.id",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.zstd.level",
    "connections.max.idle.ms",
    "delivery.timeout.ms",
    "linger.ms",
    "max.block.ms",
    "max.request.size",
    "partitioner.class",
    "partitioner.ignore.keys",
    "receive.buffer.bytes",
    "request.timeout.ms",
    "security.protocol",
    "send.buffer.bytes",
    "socket.connection.setup.timeout.max.ms",
    "socket.connection.setup.timeout.ms",
    "acks",
    "config.providers",
    "enable.idempotence",
    "enable.metrics.push",
    "interceptor.classes",
    "max.in.flight.requests.per.connection",
    "metadata.max.age.ms",
    "metadata.max.idle.ms",
    "metadata.recovery.rebootstrap.trigger.ms",
    "metadata.recovery.strategy",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "partitioner.adaptive.partitioning.enable",
    "partitioner.availability.timeout.ms",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "security.providers",
    "transaction.timeout.ms",
    "transaction.two.phase.commit.enable",
    "transactional.id",
    "ssl.keystore.key",
    "ssl.truststore.location",
    "sasl.jaas.config",
    "sasl.mechanism",
};
constexpr std::string_view java_consumer[] = {
    "bootstrap.servers",
    "key.deserializer",
    "value.deserializer",
    "fetch.min.bytes",
    "group.id",
    "group.protocol",
    "heartbeat.interval.ms",
    "max.partition.fetch.bytes",
    "session.timeout.ms",
    "allow.auto.create.topics",
    "auto.offset.reset",
    "client.dns.lookup",
    "connections.max.idle.ms",
    "default.api.timeout.ms",
    "enable.auto.commit",
    "exclude.internal.topics",
    "fetch.max.bytes",
    "group.instance.id",
    "group.remote.assignor",
    "isolation.level",
    "max.poll.interval.ms",
    "max.poll.records",
    "partition.assignment.strategy",
    "receive.buffer.bytes",
    "request.timeout.ms",
    "security.protocol",
    "send.buffer.bytes",
    "share.acknowledgement.mode",
    "share.acquire.mode",
    "socket.connection.setup.timeout.max.ms",
    "socket.connection.setup.timeout.ms",
    "auto.commit.interval.ms",
    "check.crcs",
    "client.id",
    "client.rack",
    "config.providers",
    "enable.metrics.push",
    "fetch.max.wait.ms",
    "interceptor.classes",
    "metadata.max.age.ms",
    "metadata.recovery.rebootstrap.trigger.ms",
    "metadata.recovery.strategy",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "security.providers",
    "ssl.keystore.key",
    "ssl.truststore.location",
    "sasl.jaas.config",
    "sasl.mechanism",
};
constexpr std::string_view java_admin[] = {
    "bootstrap.controllers",
    "bootstrap.servers",
    "client.dns.lookup",
    "client.id",
    "connections.max.idle.ms",
    "default.api.timeout.ms",
    "receive.buffer.bytes",
    "request.timeout.ms",
    "security.protocol",
    "send.buffer.bytes",
    "socket.connection.setup.timeout.max.ms",
    "socket.connection.setup.timeout.ms",
    "config.providers",
    "enable.metrics.push",
    "metadata.max.age.ms",
    "metadata.recovery.rebootstrap.trigger.ms",
    "metadata.recovery.strategy",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "retries",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "security.providers",
    "ssl.keystore.key",
    "ssl.truststore.location",
    "sasl.jaas.config",
    "sasl.mechanism",
};

/// "" when the property is supported or noted, else the advice.
template <class Config>
std::string refusal(std::string_view name) {
  Config config;
  const Result<void> result = config.set(name, "1");
  if (result || result.error() == ErrorCode::invalid_property) return "";
  return result.error().context();
}

template <class Config, class Names>
void check_all(const Names& names) {
  for (const std::string_view name : names) {
    CAPTURE(name);
    const std::string text = refusal<Config>(name);
    CHECK(text.find("is not a property") == std::string::npos);
    if (text.empty()) continue;
    // The name, and something worth reading.
    CHECK(text.starts_with(std::string(name) + ": "));
    CHECK(text.size() > name.size() + 15);
  }
}

template <class Config>
void check_every_list() {
  check_all<Config>(rdkafka);
  check_all<Config>(rdkafka_producer);
  check_all<Config>(rdkafka_consumer);
  check_all<Config>(java_producer);
  check_all<Config>(java_consumer);
  check_all<Config>(java_admin);
}

template <class Config>
std::string value_of(const Config& config, std::string_view name) {
  for (const auto& [property, value] : config.properties()) {
    if (property == name) return value;
  }
  return "(none)";
}

}  // namespace

TEST_CASE("known properties: no name of librdkafka or Java is unknown to a producer") {
  check_every_list<ProducerConfig>();
}
TEST_CASE("known properties: no name of librdkafka or Java is unknown to a consumer") {
  check_every_list<ConsumerConfig>();
}
TEST_CASE("known properties: no name of librdkafka or Java is unknown to an admin client") {
  check_every_list<AdminConfig>();
}

TEST_CASE("known properties: what would surprise is refused") {
  for (const std::string_view name :
       {"transactional.id", "ssl.truststore.location", "sasl.mechanism", "enable.gapless.guarantee",
        "key.serializer", "interceptor.classes", "config.providers", "security.providers"}) {
    CAPTURE(name);
    CHECK(!refusal<ProducerConfig>(name).empty());
  }
  for (const std::string_view name : {"enable.auto.offset.store", "enable.partition.eof",
                                      "group.remote.assignor", "share.acknowledgement.mode"}) {
    CAPTURE(name);
    CHECK(!refusal<ConsumerConfig>(name).empty());
  }
  CHECK(ProducerConfig().set("security.protocol", "SSL").error().context().find("plaintext") !=
        std::string::npos);
}

TEST_CASE("known properties: what belongs to other clients is noted") {
  ConsumerConfig config;
  CHECK(config.set("acks", "all"));
  REQUIRE(config.settings().client.notes.size() == 1);
  CHECK(config.settings().client.notes[0] ==
        "acks: is a property of producers and has no effect here");
  CHECK(refusal<ProducerConfig>("group.id").empty());
  CHECK(refusal<AdminConfig>("linger.ms").empty());
}

TEST_CASE("known properties: a slip of the pen names the nearest") {
  CHECK(refusal<ProducerConfig>("liner.ms").find("did you mean \"linger.ms\"?") !=
        std::string::npos);
  CHECK(refusal<ConsumerConfig>("auto.offset.rest").find("\"auto.offset.reset\"") !=
        std::string::npos);
  CHECK(refusal<AdminConfig>("bootstrap.server").find("\"bootstrap.servers\"") !=
        std::string::npos);
}

TEST_CASE("known properties: defaults are the Java client's") {
  const ProducerConfig producer;
  const std::pair<std::string_view, std::string_view> of_producers[] = {
      {"acks", "all"},
      {"linger.ms", "5"},
      {"buffer.memory", "33554432"},
      {"max.block.ms", "60000"},
      {"delivery.timeout.ms", "120000"},
      {"request.timeout.ms", "30000"},
      {"max.request.size", "1048576"},
      {"retries", "2147483647"},
      {"max.in.flight.requests.per.connection", "5"},
      {"compression.type", "none"},
      {"metadata.max.idle.ms", "300000"},
      {"partitioner.availability.timeout.ms", "0"},
      {"partitioner.ignore.keys", "false"},
      {"partitioner.adaptive.partitioning.enable", "true"},
      {"connections.max.idle.ms", "540000"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      {"retry.backoff.ms", "100"},
      {"retry.backoff.max.ms", "1000"},
      {"metadata.max.age.ms", "300000"},
      {"metadata.recovery.strategy", "rebootstrap"},
      {"metadata.recovery.rebootstrap.trigger.ms", "300000"},
      {"socket.connection.setup.timeout.ms", "10000"},
      {"socket.connection.setup.timeout.max.ms", "30000"},
  };
  for (const auto& each : of_producers) {
    const auto& name = each.first;
    const auto& value = each.second;
    CAPTURE(name);
    CHECK(value_of(producer, name) == value);
  }
  // Larger than Java's 16384: memory is taken as it fills.
  CHECK(value_of(producer, "batch.size") == "1000000");
  const ConsumerConfig consumer;
  const std::pair<std::string_view, std::string_view> of_consumers[] = {
      {"fetch.min.bytes", "1"},
      {"fetch.max.wait.ms", "500"},
      {"fetch.max.bytes", "52428800"},
      {"max.partition.fetch.bytes", "1048576"},
      {"max.poll.records", "500"},
      {"max.poll.interval.ms", "300000"},
      {"session.timeout.ms", "45000"},
      {"heartbeat.interval.ms", "3000"},
      {"enable.auto.commit", "true"},
      {"auto.commit.interval.ms", "5000"},
      {"auto.offset.reset", "latest"},
      {"isolation.level", "read_uncommitted"},
      {"check.crcs", "true"},
      {"exclude.internal.topics", "true"},
      {"allow.auto.create.topics", "true"},
      {"group.protocol", "classic"},
      {"default.api.timeout.ms", "60000"},
      {"partition.assignment.strategy", "range,cooperative-sticky"},
  };
  for (const auto& each : of_consumers) {
    const auto& name = each.first;
    const auto& value = each.second;
    CAPTURE(name);
    CHECK(value_of(consumer, name) == value);
  }
}

TEST_CASE("known properties: whatever is printed can be set again") {
  const auto round_trip = [](auto config) {
    for (const auto& each : config.properties()) {
      const auto& name = each.first;
      const auto& value = each.second;
      CAPTURE(name);
      CHECK(config.set(name, value));
    }
  };
  round_trip(ProducerConfig().compression(zstd(7)).linger(std::chrono::milliseconds(3)));
  round_trip(ConsumerConfig().offset_reset(OffsetReset::by_duration(std::chrono::hours(3))));
  round_trip(AdminConfig());
}
