#include "client/src/core/config/foreign_property.hpp"

namespace barnabas::client {

namespace {

using Kind = ForeignProperty::Kind;

constexpr ForeignProperty properties[] = {
    {"sasl.*", Kind::refused, "SASL is not available in this version of Barnabas"},
    {"ssl_*", Kind::refused, "TLS is not available in this version of Barnabas"},
    {"https.*", Kind::refused, "SASL/OAUTHBEARER is not available in this version of Barnabas"},
    {"security.providers", Kind::refused, "names Java classes, which have no meaning here"},
    {"config.providers*", Kind::refused, "values are taken as they stand: read secrets in code"},
    {"bootstrap.controllers", Kind::refused,
     "say bootstrap.servers: brokers forward to controllers"},
    {"default_topic_conf", Kind::refused, "properties of topics are properties of the client here"},
    {"interceptors", Kind::refused, "interceptors of librdkafka cannot be loaded"},
    {"ssl.*", Kind::refused, "TLS is not available in this version of Barnabas"},
    {"enable.ssl.certificate.verification", Kind::refused,
     "TLS is not available in this version of Barnabas"},
    {"enable.sasl.oauthbearer.unsecure.jwt", Kind::refused,
     "SASL is not available in this version of Barnabas"},
    {"key.serializer", Kind::refused, "serializers are types in C++: see TypedProducer"},
    {"value.serializer", Kind::refused, "serializers are types in C++: see TypedProducer"},
    {"key.deserializer", Kind::refused, "deserializers are types in C++: see typed()"},
    {"value.deserializer", Kind::refused, "deserializers are types in C++: see typed()"},
    {"interceptor.classes", Kind::refused, "names a Java class, which has no meaning here"},
    {"plugin.library.paths", Kind::refused, "plug-ins of librdkafka cannot be loaded"},
    {"socks5.proxy.url", Kind::refused, "proxies are not supported"},
    {"opaque", Kind::refused, "capture what callbacks need in a lambda"},
    {"*_cb", Kind::refused, "callbacks are set in code"},
    {"metric.reporters", Kind::refused, "names Java classes: read metrics() instead"},
    {"metrics.num.samples", Kind::harmless, "metrics have fixed windows here"},
    {"metrics.sample.window.ms", Kind::harmless, "metrics have fixed windows here"},
    {"metrics.recording.level", Kind::harmless, "metrics are always recorded"},
    {"auto.include.jmx.reporter", Kind::harmless, "there is no JMX here"},
    {"enabled_events", Kind::harmless, "there is no event queue: outcomes come to their callers"},
    {"reconnect.backoff.jitter.ms", Kind::harmless, "pauses vary by 20 % always"},
    {"socket.blocking.max.ms", Kind::harmless, "nothing blocks on sockets"},
    {"topic.metadata.refresh.fast.cnt", Kind::harmless, "refreshes go on until they succeed"},
    {"enable.metrics.push", Kind::harmless, "client telemetry is not sent yet"},
    {"statistics.interval.ms", Kind::harmless, "read metrics() when you need them"},
    {"builtin.features", Kind::harmless, "features are decided when Barnabas is built"},
    {"debug", Kind::harmless, "set the log level to debug instead"},
    {"log.thread.name", Kind::harmless, "log lines carry no thread name"},
    {"log.queue", Kind::harmless, "log lines go to the callback directly"},
    {"log.connection.close", Kind::harmless, "idle closes are logged at level debug"},
    {"api.version.request", Kind::harmless, "versions are always negotiated"},
    {"api.version.request.timeout.ms", Kind::harmless,
     "socket.connection.setup.timeout.ms covers the negotiation"},
    {"api.version.fallback.ms", Kind::harmless, "versions are always negotiated"},
    {"broker.version.fallback", Kind::harmless, "versions are always negotiated"},
    {"broker.address.ttl", Kind::harmless, "names are looked up at every connection"},
    {"broker.address.family", Kind::harmless, "IPv4 and IPv6 addresses are all tried"},
    {"client.dns.lookup", Kind::harmless, "all addresses of a name are tried"},
    {"socket.nagle.disable", Kind::harmless, "TCP_NODELAY is always set"},
    {"socket.keepalive.enable", Kind::harmless, "dead connections are found by request timeouts"},
    {"socket.max.fails", Kind::harmless, "a connection ends with its first failure"},
    {"message.copy.max.bytes", Kind::harmless, "record data is never copied on its way out"},
    {"topic.metadata.refresh.fast.interval.ms", Kind::harmless,
     "retry.backoff.ms paces refreshes after errors"},
    {"topic.metadata.refresh.sparse", Kind::harmless, "only topics in use are refreshed"},
    {"topic.metadata.propagation.max.ms", Kind::harmless,
     "default.api.timeout.ms and delivery.timeout.ms bound the wait for a new topic"},
    {"topic.blacklist", Kind::refused, "subscribe with a pattern that leaves the topics out"},
    {"metadata.max.idle.ms", Kind::harmless, "unused topics are forgotten by themselves"},
    {"internal.termination.signal", Kind::harmless, "no signal is needed to end"},
    {"enable.random.seed", Kind::harmless, "seeding is automatic"},
};

}  // namespace

bool ForeignProperty::matches(std::string_view property) const noexcept {
  if (name.ends_with('*')) return property.starts_with(name.substr(0, name.size() - 1));
  if (name.starts_with('*')) return property.ends_with(name.substr(1));
  return property == name;
}

std::span<const ForeignProperty> foreign_client_properties() { return properties; }

}  // namespace barnabas::client
