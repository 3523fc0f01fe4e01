#include "tests/simulation/plan.hpp"

#include "protocol/base/random.hpp"
#include "tests/simulation/old_broker.hpp"

#include <barnabas/api_key.hpp>
#include <barnabas/compression.hpp>
#include <barnabas/error_code.hpp>

#include <algorithm>
#include <initializer_list>

namespace barnabas::test {

namespace {

// What connections carry at least.
constexpr std::int64_t bytes_per_millisecond = 400;
constexpr auto zstd = static_cast<std::int64_t>(Codec::zstd);

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(bound)));
  }
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
  bool one_in(std::int64_t count) { return below(count) == 0; }
  std::int64_t of(std::initializer_list<std::int64_t> values) {
    return values.begin()[below(static_cast<std::int64_t>(values.size()))];
  }

 private:
  Random random_;
};

struct ErrorChoice {
  ApiKey api;
  ErrorCode code;
};

// Errors that pass, at the requests that can get them.
constexpr ErrorChoice errors[] = {
    {ApiKey::Produce, ErrorCode::not_leader_or_follower},
    {ApiKey::Produce, ErrorCode::leader_not_available},
    {ApiKey::Produce, ErrorCode::unknown_topic_or_partition},
    {ApiKey::Produce, ErrorCode::not_enough_replicas},
    {ApiKey::Produce, ErrorCode::request_timed_out},
    {ApiKey::Produce, ErrorCode::kafka_storage_error},
    {ApiKey::Produce, ErrorCode::corrupt_message},
    {ApiKey::Produce, ErrorCode::network_exception},
    {ApiKey::InitProducerId, ErrorCode::coordinator_load_in_progress},
    {ApiKey::InitProducerId, ErrorCode::coordinator_not_available},
    {ApiKey::Fetch, ErrorCode::not_leader_or_follower},
    {ApiKey::Fetch, ErrorCode::unknown_topic_or_partition},
    {ApiKey::Fetch, ErrorCode::kafka_storage_error},
    {ApiKey::Fetch, ErrorCode::leader_not_available},
    {ApiKey::Fetch, ErrorCode::fenced_leader_epoch},
    {ApiKey::Fetch, ErrorCode::unknown_leader_epoch},
    {ApiKey::Fetch, ErrorCode::offset_not_available},
    {ApiKey::ListOffsets, ErrorCode::not_leader_or_follower},
    {ApiKey::ListOffsets, ErrorCode::leader_not_available},
    {ApiKey::ListOffsets, ErrorCode::kafka_storage_error},
    {ApiKey::ListOffsets, ErrorCode::offset_not_available},
    {ApiKey::Metadata, ErrorCode::leader_not_available},
    {ApiKey::Metadata, ErrorCode::unknown_topic_or_partition},
    {ApiKey::FindCoordinator, ErrorCode::coordinator_not_available},
    {ApiKey::FindCoordinator, ErrorCode::coordinator_load_in_progress},
    {ApiKey::JoinGroup, ErrorCode::coordinator_load_in_progress},
    {ApiKey::JoinGroup, ErrorCode::coordinator_not_available},
    {ApiKey::JoinGroup, ErrorCode::not_coordinator},
    {ApiKey::JoinGroup, ErrorCode::unknown_member_id},
    {ApiKey::JoinGroup, ErrorCode::rebalance_in_progress},
    {ApiKey::SyncGroup, ErrorCode::coordinator_not_available},
    {ApiKey::SyncGroup, ErrorCode::not_coordinator},
    {ApiKey::SyncGroup, ErrorCode::rebalance_in_progress},
    {ApiKey::SyncGroup, ErrorCode::unknown_member_id},
    {ApiKey::SyncGroup, ErrorCode::illegal_generation},
    {ApiKey::Heartbeat, ErrorCode::coordinator_not_available},
    {ApiKey::Heartbeat, ErrorCode::not_coordinator},
    {ApiKey::Heartbeat, ErrorCode::rebalance_in_progress},
    {ApiKey::Heartbeat, ErrorCode::unknown_member_id},
    {ApiKey::Heartbeat, ErrorCode::illegal_generation},
    {ApiKey::LeaveGroup, ErrorCode::coordinator_not_available},
    {ApiKey::OffsetCommit, ErrorCode::coordinator_load_in_progress},
    {ApiKey::OffsetCommit, ErrorCode::coordinator_not_available},
    {ApiKey::OffsetCommit, ErrorCode::not_coordinator},
    {ApiKey::OffsetCommit, ErrorCode::request_timed_out},
    {ApiKey::OffsetCommit, ErrorCode::unknown_topic_or_partition},
    {ApiKey::OffsetCommit, ErrorCode::rebalance_in_progress},
    {ApiKey::OffsetFetch, ErrorCode::coordinator_load_in_progress},
    {ApiKey::OffsetFetch, ErrorCode::not_coordinator},
    {ApiKey::OffsetForLeaderEpoch, ErrorCode::not_leader_or_follower},
    {ApiKey::OffsetForLeaderEpoch, ErrorCode::unknown_leader_epoch},
};

constexpr ApiKey apis[] = {ApiKey::Produce,
                           ApiKey::Produce,
                           ApiKey::Produce,
                           ApiKey::Fetch,
                           ApiKey::Fetch,
                           ApiKey::ListOffsets,
                           ApiKey::Metadata,
                           ApiKey::FindCoordinator,
                           ApiKey::JoinGroup,
                           ApiKey::SyncGroup,
                           ApiKey::Heartbeat,
                           ApiKey::LeaveGroup,
                           ApiKey::OffsetCommit,
                           ApiKey::OffsetFetch,
                           ApiKey::InitProducerId,
                           ApiKey::ApiVersions,
                           ApiKey::OffsetForLeaderEpoch};

ProducerPlan draw_producer(Draw& draw, std::int64_t records) {
  ProducerPlan plan;
  plan.records = records;
  plan.burst = draw.of({1, 3, 10, 30});
  plan.interval_ms = draw.of({5, 20, 100});
  plan.value_bytes = draw.of({20, 40, 40, 200, 1000});
  plan.linger_ms = draw.of({0, 1, 5, 50});
  plan.batch_size = draw.of({1, 200, 1000, 16384});
  plan.in_flight = draw.of({1, 2, 5, 5});
  plan.idempotence = draw.one_in(8) ? 0 : 1;
  if (plan.idempotence == 0) plan.acks = draw.of({-1, -1, 1, 0});
  plan.codec = draw.of({0, 0, 0, 1, 2, 3, 4});
  plan.buffer_memory = draw.of({65536, 1 << 20, 1 << 20});
  plan.delivery_timeout_ms = draw.of({3000, 15000, 60000, 60000});
  plan.request_timeout_ms = draw.of({500, 1500, 5000, 5000});
  return plan;
}

ConsumerPlan draw_consumer(Draw& draw, const Plan& plan) {
  ConsumerPlan consumer;
  consumer.group = draw.below(plan.groups);
  consumer.poll_ms = draw.of({10, 30, 30, 200});
  consumer.asynchronous = draw.one_in(3) ? 1 : 0;
  consumer.auto_commit = draw.one_in(2) ? 1 : 0;
  consumer.auto_commit_ms = draw.of({100, 500, 2000});
  consumer.commit_every = draw.of({1, 1, 5});
  consumer.session_ms = draw.of({6000, 6000, 10000});
  consumer.heartbeat_ms = draw.of({500, 1000, 2000});
  consumer.max_poll_ms = draw.of({4000, 8000, 30000});
  consumer.max_poll_records = draw.of({consumer.poll_ms > 100 ? 5 : 1, 10, 500});
  consumer.prefetch_bytes = draw.of({1000, 20000, 1 << 20});
  consumer.partition_bytes = draw.of({100, 5000, 1 << 20});
  consumer.fetch_wait_ms = draw.of({50, 200, 500});
  consumer.request_timeout_ms = draw.of({1500, 5000, 5000});
  consumer.is_static = draw.one_in(5) ? 1 : 0;
  consumer.start_ms = draw.one_in(2) ? 0 : draw.below(plan.faulty_ms);
  return consumer;
}

FaultPlan draw_fault(Draw& draw, const Plan& plan, FaultKind kind) {
  FaultPlan fault;
  fault.kind = kind;
  fault.at_ms = draw.below(plan.faulty_ms);
  const auto clients = static_cast<std::int64_t>(plan.producers.size() + plan.consumers.size());
  const auto producers = static_cast<std::int64_t>(plan.producers.size());
  const std::int64_t node = 1 + draw.below(plan.nodes);
  const std::int64_t some_time = draw.of({20, 300, 1500, 4000, 9000});
  switch (kind) {
    case FaultKind::broker_kill:
    case FaultKind::broker_power_loss:
    case FaultKind::broker_restart:
    case FaultKind::lookups_fail:
    case FaultKind::broker_stall:
      fault.duration_ms = some_time;
      break;
    case FaultKind::node_stop:
    case FaultKind::no_accept:
      fault.a = node;
      fault.duration_ms = some_time;
      break;
    case FaultKind::leader_move:
      fault.a = draw.below(plan.topics * plan.partitions);
      fault.b = node;
      break;
    case FaultKind::coordinator_move:
      fault.a = draw.below(plan.groups);
      fault.b = node;
      break;
    case FaultKind::reset:
      fault.a = draw.of({300, 1000});
      break;
    case FaultKind::hang_up:
      fault.a = draw.of({0, 3, 50, 2000});
      break;
    case FaultKind::block_to_node:
    case FaultKind::block_from_node:
    case FaultKind::block_both:
      fault.a = draw.below(clients);
      fault.b = node;
      fault.duration_ms = some_time;
      break;
    case FaultKind::isolate:
    case FaultKind::client_stall:
    case FaultKind::slow_application:
      fault.a = draw.below(clients);
      fault.duration_ms = some_time;
      break;
    case FaultKind::disk_full:
      fault.a = draw.of({0, 500, 5000});
      fault.duration_ms = some_time;
      break;
    case FaultKind::disk_write_errors:
    case FaultKind::disk_sync_errors:
    case FaultKind::disk_read_errors:
      fault.a = draw.of({2, 10, 40});
      fault.duration_ms = draw.of({50, 300, 1000});
      break;
    case FaultKind::broker_wall_jump:
      fault.a = draw.of({-3600000, -5000, 5000, 3600000, 86400000});
      break;
    case FaultKind::client_wall_jump:
      fault.a = draw.below(clients);
      fault.b = draw.of({-3600000, -5000, 5000, 1800000});
      break;
    case FaultKind::error: {
      const ErrorChoice& choice = errors[draw.below(std::size(errors))];
      fault.a = static_cast<std::int64_t>(choice.api);
      fault.b = static_cast<std::int64_t>(choice.code);
      fault.count = draw.of({1, 1, 2, 5});
      break;
    }
    case FaultKind::delay_request:
    case FaultKind::delay_response:
      fault.a = static_cast<std::int64_t>(apis[draw.below(std::size(apis))]);
      fault.duration_ms = draw.of({20, 700, 2500, 7000});
      fault.count = draw.of({1, 2, 5});
      break;
    case FaultKind::drop_request:
    case FaultKind::drop_response:
    case FaultKind::disconnect_before:
    case FaultKind::disconnect_after:
    case FaultKind::oversized_response:
    case FaultKind::wrong_correlation_id:
      fault.a = static_cast<std::int64_t>(apis[draw.below(std::size(apis))]);
      fault.count = draw.of({1, 1, 2, 5});
      break;
    case FaultKind::cut_response:
      fault.a = static_cast<std::int64_t>(apis[draw.below(std::size(apis))]);
      fault.b = draw.of({0, 1, 4, 7, 20, 60});
      fault.count = draw.of({1, 2});
      break;
    case FaultKind::client_restart:
    case FaultKind::client_kill:
      fault.a = draw.below(clients);
      fault.duration_ms = draw.of({0, 500, 3000});
      break;
    case FaultKind::throttle:
      fault.a = static_cast<std::int64_t>(apis[draw.below(std::size(apis))]);
      fault.duration_ms = draw.of({100, 700, 3000});
      fault.count = draw.of({1, 3, 20});
      break;
    case FaultKind::short_response:
      fault.a = static_cast<std::int64_t>(apis[draw.below(std::size(apis))]);
      fault.b = draw.of({0, 1, 5, 20, 60, 1000000});
      fault.count = draw.of({1, 2});
      break;
    case FaultKind::bit_rot:
      fault.a = draw.of({1, 1, 5, 30});
      break;
    case FaultKind::seek:
      fault.a = producers + draw.below(std::max<std::int64_t>(1, clients - producers));
      fault.b = draw.of({1, 5, 50});
      break;
    case FaultKind::pause_partitions:
    case FaultKind::resubscribe:
      fault.a = producers + draw.below(std::max<std::int64_t>(1, clients - producers));
      fault.duration_ms = draw.of({10, 500, 3000});
      break;
    case FaultKind::add_partitions:
      fault.a = draw.below(plan.topics);
      fault.b = draw.between(1, 2);
      break;
    case FaultKind::flush:
    case FaultKind::purge:
      fault.a = draw.below(std::max<std::int64_t>(1, producers));
      break;
    case FaultKind::swallow:
    case FaultKind::last:
      break;
  }
  return fault;
}

void draw_faults(Draw& draw, Plan& plan) {
  if (draw.one_in(10)) return;  // sometimes all is well
  // Each run has its own few kinds, so that they come often enough to meet each other.
  std::vector<FaultKind> kinds;
  const std::int64_t count = draw.between(1, 6);
  for (std::int64_t i = 0; i < count; ++i) {
    kinds.push_back(static_cast<FaultKind>(draw.below(static_cast<int>(FaultKind::last))));
  }
  const std::int64_t faults = draw.of({1, 3, 6, 12, 25});
  for (std::int64_t i = 0; i < faults; ++i) {
    const FaultKind kind =
        kinds[static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(kinds.size())))];
    plan.faults.push_back(draw_fault(draw, plan, kind));
  }
  std::stable_sort(plan.faults.begin(), plan.faults.end(),
                   [](const FaultPlan& a, const FaultPlan& b) { return a.at_ms < b.at_ms; });
}

}  // namespace

bool Plan::may_lose() const {
  const auto loses = [](const FaultPlan& fault) {
    return fault.kind == FaultKind::broker_power_loss ||
           fault.kind == FaultKind::disk_sync_errors || fault.kind == FaultKind::disk_write_errors;
  };
  return fsync != 0 && std::any_of(faults.begin(), faults.end(), loses);
}

Plan Plan::draw(std::uint64_t seed) {
  Draw draw(seed * 0x9E3779B97F4A7C15ULL + 1);
  Plan plan;
  plan.seed = static_cast<std::int64_t>(seed);
  plan.nodes = draw.of({1, 1, 2, 3});
  plan.topics = draw.of({1, 1, 2});
  plan.partitions = draw.of({1, 2, 4});
  plan.groups = draw.of({1, 1, 2});
  plan.fsync = draw.of({0, 0, 1, 2});
  plan.segment_bytes = draw.of({2000, 20000, 1 << 20});
  plan.latency_us = draw.of({50, 200, 2000, 20000});
  plan.jitter_us = draw.of({0, 100, 5000});
  plan.largest_piece = draw.of({0, 0, 7, 100, 1400});
  plan.window = draw.of({200, 4096, 65536, 65536});
  // A window a round trip: with a small one, over a long way, nothing would come in its time. All
  // records of a run in one answer do, within the shortest request timeout of consumers.
  const std::int64_t round_trip_us = 2 * (plan.latency_us + plan.jitter_us);
  plan.window = std::max(plan.window, bytes_per_millisecond * round_trip_us / 1000);
  plan.connect_delay_us = draw.of({0, 0, 20000, 1500000});
  plan.sync_us = draw.of({100, 1000, 8000, 8000, 50000});
  plan.dead_addresses = draw.one_in(5) ? draw.between(1, 2) : 0;
  plan.metadata_age_ms = draw.of({500, 5000, 30000});
  plan.idle_ms = draw.of({1000, 540000, 540000});
  plan.release = draw.one_in(5) ? draw.between(1, OldBroker::releases) : 0;
  plan.auto_create = draw.one_in(5) ? 1 : 0;
  plan.faulty_ms = draw.of({2000, 5000, 5000, 10000});
  const std::int64_t producers = draw.of({1, 1, 2, 3});
  const std::int64_t records = draw.of({20, 80, 80, 200});
  for (std::int64_t i = 0; i < producers; ++i) {
    ProducerPlan& producer =
        plan.producers.emplace_back(draw_producer(draw, records / producers + 1));
    // Faults meet those that are still at work.
    if (draw.one_in(2)) {
      producer.interval_ms = plan.faulty_ms * producer.burst / producer.records;
    }
  }
  const std::int64_t consumers = draw.of({1, 2, 2, 2, 3, 4});
  const std::int64_t assignor = draw.below(5);
  for (std::int64_t i = 0; i < consumers; ++i) {
    plan.consumers.push_back(draw_consumer(draw, plan));
    plan.consumers.back().assignor = assignor;
    if (i < plan.groups) plan.consumers.back().group = i;
  }
  for (ProducerPlan& producer : plan.producers) {
    if (producer.codec == zstd && !release_has_zstd(plan.release)) producer.codec = 0;
  }
  for (ConsumerPlan& consumer : plan.consumers) {
    if (!release_has_static_members(plan.release)) consumer.is_static = 0;
  }
  draw_faults(draw, plan);
  return plan;
}

}  // namespace barnabas::test
