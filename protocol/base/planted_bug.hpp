#pragma once

#include "protocol/base/planted_bugs_switch.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace barnabas {

/// Bugs that a test switches on by name, to see that the simulation finds them. A library that is
/// built without them (BARNABAS_PLANTED_BUGS=OFF, as every release is) contains nothing of them:
/// `planted` is a constant then.
enum class PlantedBug : std::uint8_t {
  none,
  skip_sequence_check,     ///< The broker appends whatever sequence a batch has.
  accept_sequence_gap,     ///< The broker appends a batch that leaves out the one in front of it.
  remember_no_producers,   ///< A restarted broker has forgotten all producers.
  ack_before_durable,      ///< An acknowledgement does not wait for fsync.
  report_wrong_offset,     ///< The broker reports the offset behind the right one.
  append_to_memory_only,   ///< A batch is shown to readers of the tail and never written.
  show_unsynced_records,   ///< Readers see what a loss of power may take back.
  sync_last_segment_only,  ///< A flush leaves out the segments before the last.
  sync_counts_early,       ///< A flush counts as done with its first file.
  ignore_sync_failure,     ///< A failed fsync counts as done.
  forget_folder_sync,      ///< The name of a new segment is never made durable.
  serve_before_recovered,  ///< Clients are served before what was recovered is durable again.
  trust_torn_batches,      ///< Recovery does not look at checksums.
  recovery_drops_last_batch,       ///< Recovery cuts a sound batch off.
  commit_before_write,             ///< An offset commit is acknowledged and not stored.
  commit_from_any_generation,      ///< The coordinator takes commits of earlier generations.
  heartbeat_always_good,           ///< The coordinator answers every heartbeat with success.
  everybody_gets_the_first_share,  ///< All members are given one member's assignment.
  keep_dead_members,               ///< Members stay when their sessions are over.
  session_keeps_old_offset,        ///< A fetch session ignores where the client wants to read now.
  replay_stops_early,              ///< A restarted coordinator leaves out the end of its log.
  timeout_is_success,              ///< A request without an answer counts as stored.
  error_is_success,                ///< A retriable refusal counts as stored.
  forget_batch_at_leader_change,   ///< A batch that met the wrong leader is dropped without a word.
  new_sequence_for_retry,          ///< A repeated batch gets a new sequence.
  unlimited_in_flight,             ///< A partition has as many batches under way as there are.
  no_delivery_timeout,             ///< Records wait beyond their time.
  report_twice,  ///< A batch that timed out is reported again when its answer comes.
  restart_sequence_at_unknown_topic,  ///< Sequences begin anew when a leader was not known for a
                                      ///< moment (P01).
  lose_last_report,                   ///< The last record of a batch is not reported.
  unlimited_requests,                 ///< Max.in.flight is not looked at.
  unlimited_buffer,                   ///< Buffer.memory is not looked at.
  reuse_correlation_id,               ///< All requests have one correlation id.
  no_request_timeout,                 ///< A request waits for its answer for ever.
  stay_with_dead_address,             ///< Only the first address of a name is tried.
  keep_old_coordinator,       ///< A coordinator that has moved is asked again and again (G08).
  retry_without_pause,        ///< A failed request is repeated at once, again and again.
  commit_past_position,       ///< A commit covers one record too many.
  commit_what_is_prefetched,  ///< A commit covers what was fetched and not yet handed out.
  keep_buffer_after_seek,     ///< Data fetched for an earlier position is handed out.
  lose_last_record_of_batch,  ///< The last record of a batch is left out.
  ignore_start_of_chunk,      ///< A chunk is read from its beginning, whatever was asked for.
  reset_to_the_end,           ///< A group without offsets begins at the end.
  begin_before_commit,        ///< A member begins one record before what its group has committed.
  no_local_session,  ///< A member that cannot reach its coordinator keeps its partitions (G12).
  keep_revoked_partitions,  ///< A cooperative member goes on with what it gave up.
  ignore_rebalance,         ///< A member does not hear that the group rebalances.
  join_again_at_once,       ///< A member joins again while its join is under way (G07).
  assign_twice,             ///< The first partition is assigned to all.
  assign_not_all,           ///< The last partition is assigned to nobody.
  hold_answers_for_good,    ///< A consumer that has held an answer back never reads it.
};

/// Their names, by number.
inline constexpr std::array planted_bug_names{
    std::string_view("none"),
    std::string_view("skip_sequence_check"),
    std::string_view("accept_sequence_gap"),
    std::string_view("remember_no_producers"),
    std::string_view("ack_before_durable"),
    std::string_view("report_wrong_offset"),
    std::string_view("append_to_memory_only"),
    std::string_view("show_unsynced_records"),
    std::string_view("sync_last_segment_only"),
    std::string_view("sync_counts_early"),
    std::string_view("ignore_sync_failure"),
    std::string_view("forget_folder_sync"),
    std::string_view("serve_before_recovered"),
    std::string_view("trust_torn_batches"),
    std::string_view("recovery_drops_last_batch"),
    std::string_view("commit_before_write"),
    std::string_view("commit_from_any_generation"),
    std::string_view("heartbeat_always_good"),
    std::string_view("everybody_gets_the_first_share"),
    std::string_view("keep_dead_members"),
    std::string_view("session_keeps_old_offset"),
    std::string_view("replay_stops_early"),
    std::string_view("timeout_is_success"),
    std::string_view("error_is_success"),
    std::string_view("forget_batch_at_leader_change"),
    std::string_view("new_sequence_for_retry"),
    std::string_view("unlimited_in_flight"),
    std::string_view("no_delivery_timeout"),
    std::string_view("report_twice"),
    std::string_view("restart_sequence_at_unknown_topic"),
    std::string_view("lose_last_report"),
    std::string_view("unlimited_requests"),
    std::string_view("unlimited_buffer"),
    std::string_view("reuse_correlation_id"),
    std::string_view("no_request_timeout"),
    std::string_view("stay_with_dead_address"),
    std::string_view("keep_old_coordinator"),
    std::string_view("retry_without_pause"),
    std::string_view("commit_past_position"),
    std::string_view("commit_what_is_prefetched"),
    std::string_view("keep_buffer_after_seek"),
    std::string_view("lose_last_record_of_batch"),
    std::string_view("ignore_start_of_chunk"),
    std::string_view("reset_to_the_end"),
    std::string_view("begin_before_commit"),
    std::string_view("no_local_session"),
    std::string_view("keep_revoked_partitions"),
    std::string_view("ignore_rebalance"),
    std::string_view("join_again_at_once"),
    std::string_view("assign_twice"),
    std::string_view("assign_not_all"),
    std::string_view("hold_answers_for_good"),
};

#if BARNABAS_PLANTED_BUGS
inline PlantedBug active_planted_bug = PlantedBug::none;
inline bool planted(PlantedBug bug) noexcept { return bug == active_planted_bug; }
#else
constexpr bool planted(PlantedBug) noexcept { return false; }
#endif

}  // namespace barnabas
