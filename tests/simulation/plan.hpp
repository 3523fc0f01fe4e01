#pragma once

#include "simulation/src/machine.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// What goes wrong in a run. The meaning of `a` and `b` stands beside each.
enum class FaultKind : std::uint8_t {
  broker_kill,           ///< For `duration`; the page cache survives.
  broker_power_loss,     ///< For `duration`.
  broker_restart,        ///< A clean stop, off for `duration`.
  node_stop,             ///< Node a, for `duration`.
  leader_move,           ///< Partition a (of all) to node b.
  coordinator_move,      ///< Group a to node b.
  reset,                 ///< Of a thousand connections, a.
  swallow,               ///< One connection, by chance.
  hang_up,               ///< One connection, after a more bytes of the server.
  block_to_node,         ///< From client a to node b, for `duration`.
  block_from_node,       ///< From node b to client a, for `duration`.
  block_both,            ///< Both.
  isolate,               ///< Client a from all nodes, for `duration`.
  no_accept,             ///< Node a takes no connections, for `duration`.
  lookups_fail,          ///< For `duration`.
  disk_full,             ///< a more bytes fit, for `duration`.
  disk_write_errors,     ///< One in a, for `duration`.
  disk_sync_errors,      ///< One in a, for `duration`.
  disk_read_errors,      ///< One in a, for `duration`.
  broker_wall_jump,      ///< a milliseconds.
  client_wall_jump,      ///< Client a, b milliseconds.
  broker_stall,          ///< For `duration`.
  client_stall,          ///< Client a, for `duration`.
  slow_application,      ///< Client a does nothing for `duration`.
  error,                 ///< API a answers with error b, `count` times.
  delay_request,         ///< API a, by `duration`, `count` times.
  delay_response,        ///< API a, by `duration` after it took effect, `count` times.
  drop_request,          ///< API a.
  drop_response,         ///< API a.
  disconnect_before,     ///< API a.
  disconnect_after,      ///< API a, after it took effect.
  cut_response,          ///< API a, after b bytes.
  oversized_response,    ///< API a: the frame claims another length.
  wrong_correlation_id,  ///< API a.
  client_restart,        ///< Client a is closed and made anew.
  client_kill,           ///< Client a vanishes without a word, and is made anew after `duration`.
  pause_partitions,      ///< Consumer client a pauses everything, for `duration`.
  resubscribe,           ///< Consumer client a leaves, and subscribes again after `duration`.
  add_partitions,        ///< To topic a, b more.
  flush,                 ///< Producer client a.
  purge,                 ///< Producer client a.
  throttle,              ///< API a is told to wait for `duration`, `count` times.
  short_response,        ///< API a: the body ends after b bytes, `count` times.
  bit_rot,               ///< a bits of logs read wrong.
  seek,                  ///< Consumer client a goes b records back.
  last
};

std::string_view name(FaultKind kind);

struct FaultPlan {
  std::int64_t at_ms = 0;
  FaultKind kind{};
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::int64_t duration_ms = 0;
  std::int64_t count = 1;
};

struct ProducerPlan {
  std::int64_t records = 100;
  std::int64_t interval_ms = 20;  ///< Between bursts, about.
  std::int64_t burst = 5;
  std::int64_t value_bytes = 40;
  std::int64_t linger_ms = 5;
  std::int64_t batch_size = 16384;
  std::int64_t in_flight = 5;
  std::int64_t idempotence = 1;
  std::int64_t acks = -1;
  std::int64_t codec = 0;
  std::int64_t buffer_memory = 1 << 20;
  std::int64_t delivery_timeout_ms = 60000;
  std::int64_t request_timeout_ms = 5000;
  std::int64_t retries = 2147483647;
};

struct ConsumerPlan {
  std::int64_t group = 0;
  std::int64_t poll_ms = 20;      ///< Between polls, about.
  std::int64_t asynchronous = 0;  ///< Polls with futures.
  std::int64_t auto_commit = 1;
  std::int64_t auto_commit_ms = 500;
  std::int64_t commit_every = 1;  ///< Without automatic commits: after so many polls with records.
  std::int64_t assignor = 0;      ///< See Assignor; 4: the default list.
  std::int64_t session_ms = 6000;
  std::int64_t heartbeat_ms = 1000;
  std::int64_t max_poll_ms = 30000;
  std::int64_t max_poll_records = 500;
  std::int64_t prefetch_bytes = 1 << 20;
  std::int64_t partition_bytes = 1 << 20;
  std::int64_t fetch_wait_ms = 500;
  std::int64_t request_timeout_ms = 5000;
  std::int64_t is_static = 0;
  std::int64_t start_ms = 0;
};

/// Everything that decides a run. Drawn from a seed, or read from a file, where it stands as one
/// `name=value` list a line, so that a run can be kept and made smaller by hand or by machine.
struct Plan {
  std::int64_t seed = 0;
  std::int64_t nodes = 1;
  std::int64_t topics = 1;
  std::int64_t partitions = 2;
  std::int64_t groups = 1;
  std::int64_t fsync = 0;  ///< See FsyncPolicy.
  std::int64_t segment_bytes = 1 << 20;
  std::int64_t latency_us = 200;
  std::int64_t jitter_us = 100;
  std::int64_t largest_piece = 0;
  std::int64_t window = 65536;
  std::int64_t connect_delay_us = 0;
  std::int64_t sync_us = 1000;
  std::int64_t dead_addresses = 0;  ///< So many in front of the right ones, behind the first name.
  std::int64_t metadata_age_ms = 30000;
  std::int64_t idle_ms = 540000;
  std::int64_t release = 0;        ///< See OldBroker.
  std::int64_t auto_create = 0;    ///< Topics come into being by being used.
  std::int64_t faulty_ms = 10000;  ///< Then everything heals.
  std::vector<ProducerPlan> producers;
  std::vector<ConsumerPlan> consumers;
  std::vector<FaultPlan> faults;

  static Plan draw(std::uint64_t seed);
  std::string to_text() const;
  /// Errors: invalid_argument.
  static Result<Plan> parse(std::string_view text);

  /// Power losses can take acknowledged records with them.
  bool may_lose() const;
};

}  // namespace barnabas::test
