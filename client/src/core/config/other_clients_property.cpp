#include "client/src/core/config/other_clients_property.hpp"

namespace barnabas::client {

namespace {

using Kind = ForeignProperty::Kind;

constexpr std::string_view producers = "is a property of producers and has no effect here";
constexpr std::string_view consumers = "is a property of consumers and has no effect here";

constexpr ForeignProperty of_producers[] = {
    {"acks", Kind::harmless, producers},
    {"batch.num.messages", Kind::harmless, producers},
    {"batch.size", Kind::harmless, producers},
    {"buffer.memory", Kind::harmless, producers},
    {"compression.codec", Kind::harmless, producers},
    {"compression.gzip.level", Kind::harmless, producers},
    {"compression.level", Kind::harmless, producers},
    {"compression.lz4.level", Kind::harmless, producers},
    {"compression.type", Kind::harmless, producers},
    {"compression.zstd.level", Kind::harmless, producers},
    {"delivery.report.only.error", Kind::harmless, producers},
    {"delivery.timeout.ms", Kind::harmless, producers},
    {"enable.gapless.guarantee", Kind::harmless, producers},
    {"enable.idempotence", Kind::harmless, producers},
    {"linger.ms", Kind::harmless, producers},
    {"max.block.ms", Kind::harmless, producers},
    {"max.request.size", Kind::harmless, producers},
    {"max.in.flight", Kind::harmless, producers},
    {"max.in.flight.requests.per.connection", Kind::harmless, producers},
    {"message.max.bytes", Kind::harmless, producers},
    {"message.send.max.retries", Kind::harmless, producers},
    {"message.timeout.ms", Kind::harmless, producers},
    {"metadata.max.idle.ms", Kind::harmless, producers},
    {"msg_order_cmp", Kind::harmless, producers},
    {"partitioner", Kind::harmless, producers},
    {"partitioner.adaptive.partitioning.enable", Kind::harmless, producers},
    {"partitioner.availability.timeout.ms", Kind::harmless, producers},
    {"partitioner.class", Kind::harmless, producers},
    {"partitioner.ignore.keys", Kind::harmless, producers},
    {"produce.offset.report", Kind::harmless, producers},
    {"queue.buffering.backpressure.threshold", Kind::harmless, producers},
    {"queue.buffering.max.kbytes", Kind::harmless, producers},
    {"queue.buffering.max.messages", Kind::harmless, producers},
    {"queue.buffering.max.ms", Kind::harmless, producers},
    {"queuing.strategy", Kind::harmless, producers},
    {"request.required.acks", Kind::harmless, producers},
    {"retries", Kind::harmless, producers},
    {"sticky.partitioning.linger.ms", Kind::harmless, producers},
    {"transaction.timeout.ms", Kind::harmless, producers},
    {"transaction.two.phase.commit.enable", Kind::harmless, producers},
    {"transactional.id", Kind::harmless, producers},
};

constexpr ForeignProperty of_consumers[] = {
    {"auto.commit.enable", Kind::harmless, consumers},
    {"auto.commit.interval.ms", Kind::harmless, consumers},
    {"auto.offset.reset", Kind::harmless, consumers},
    {"check.crcs", Kind::harmless, consumers},
    {"client.rack", Kind::harmless, consumers},
    {"consume.callback.max.messages", Kind::harmless, consumers},
    {"coordinator.query.interval.ms", Kind::harmless, consumers},
    {"enable.auto.commit", Kind::harmless, consumers},
    {"enable.auto.offset.store", Kind::harmless, consumers},
    {"enable.partition.eof", Kind::harmless, consumers},
    {"exclude.internal.topics", Kind::harmless, consumers},
    {"fetch.error.backoff.ms", Kind::harmless, consumers},
    {"fetch.max.bytes", Kind::harmless, consumers},
    {"fetch.max.wait.ms", Kind::harmless, consumers},
    {"fetch.message.max.bytes", Kind::harmless, consumers},
    {"fetch.min.bytes", Kind::harmless, consumers},
    {"fetch.queue.backoff.ms", Kind::harmless, consumers},
    {"fetch.wait.max.ms", Kind::harmless, consumers},
    {"group.id", Kind::harmless, consumers},
    {"group.instance.id", Kind::harmless, consumers},
    {"group.protocol", Kind::harmless, consumers},
    {"group.protocol.type", Kind::harmless, consumers},
    {"group.remote.assignor", Kind::harmless, consumers},
    {"heartbeat.interval.ms", Kind::harmless, consumers},
    {"isolation.level", Kind::harmless, consumers},
    {"max.partition.fetch.bytes", Kind::harmless, consumers},
    {"max.poll.interval.ms", Kind::harmless, consumers},
    {"max.poll.records", Kind::harmless, consumers},
    {"offset.store.*", Kind::harmless, consumers},
    {"partition.assignment.strategy", Kind::harmless, consumers},
    {"queued.max.messages.kbytes", Kind::harmless, consumers},
    {"queued.min.messages", Kind::harmless, consumers},
    {"session.timeout.ms", Kind::harmless, consumers},
    {"share.acknowledgement.mode", Kind::harmless, consumers},
    {"share.acquire.mode", Kind::harmless, consumers},
};

}  // namespace

std::span<const ForeignProperty> properties_of_producers() { return of_producers; }
std::span<const ForeignProperty> properties_of_consumers() { return of_consumers; }

}  // namespace barnabas::client
