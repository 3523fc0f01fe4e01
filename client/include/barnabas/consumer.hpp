#pragma once

#include <barnabas/consumer_config.hpp>
#include <barnabas/consumer_record.hpp>
#include <barnabas/future.hpp>
#include <barnabas/group.hpp>
#include <barnabas/offset.hpp>
#include <barnabas/partition_info.hpp>
#include <barnabas/rebalance_listener.hpp>
#include <barnabas/records.hpp>
#include <barnabas/result.hpp>
#include <barnabas/runtime.hpp>
#include <barnabas/topic_partition.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas {

/// Reads records from topics, alone or as a member of a group.
///
///   barnabas::Consumer consumer("localhost:9092", {"greetings"}, barnabas::Group("readers"));
///   for (const auto& record : consumer) std::cout << record.value() << '\n';
///
/// Errors that pass by themselves (a leader that moves, a broker that restarts, a coordinator that
/// loads) are retried inside and never seen; what the calls return wants a decision.
/// Time limits: a call without one ends after default.api.timeout.ms.
/// Thread-safety: one thread at a time, but for `stop`, `stopped` and the destruction of futures.
/// Heartbeats and prefetching go on beside the application, on the Runtime's thread.
class Consumer {
 public:
  using Timeout = std::chrono::nanoseconds;
  using Time = std::chrono::system_clock::time_point;
  using CommitCallback = std::function<void(const Result<void>&, const Offsets&)>;

  /// Subscribes to `topics`: with a group to a share of their partitions, without one to all.
  /// Starts where the group left off, or at the end of the log (see ConsumerConfig::offset_reset).
  /// Does no I/O. Errors: throws Exception when an argument is not valid.
  Consumer(std::string_view bootstrap_servers, std::vector<std::string> topics);
  Consumer(std::string_view bootstrap_servers, std::vector<std::string> topics, Group group);
  /// Subscribed to nothing yet. Does no I/O. Errors: throws Exception when `config` is not valid.
  explicit Consumer(const ConsumerConfig& config);
  Consumer(const Runtime& runtime, const ConsumerConfig& config);
  /// The same without exceptions. Errors: invalid_property, io_error.
  static Result<Consumer> create(const ConsumerConfig& config);
  static Result<Consumer> create(const Runtime& runtime, const ConsumerConfig& config);

  Consumer(Consumer&&) noexcept;
  Consumer& operator=(Consumer&&) noexcept;
  /// close(), with the error thrown away; takes at most close.timeout.ms. The `revoked` callback is
  /// called as by close; what callbacks throw here is thrown away, too.
  /// When an exception unwinds the stack through the consumer's scope, the records handed out last
  /// count as not processed: an automatic commit leaves them out, so that they are delivered again.
  ~Consumer();

  // --- What to read

  /// Replaces the subscription. Members of the group are told with the next `poll`. A topic that
  /// does not exist is waited for. Errors: invalid_argument (a bad topic name), invalid_state
  /// (assigned by hand: unsubscribe first).
  Result<void> subscribe(std::vector<std::string> topics, RebalanceListener listener = {});
  /// Every topic, now and later, whose whole name matches `pattern` (ECMAScript regular expression,
  /// a leading '^' as librdkafka wants it is fine). Errors: invalid_argument when it is not one.
  Result<void> subscribe_pattern(std::string_view pattern, RebalanceListener listener = {});
  /// Reads exactly these, without the group's coordination; offsets are committed to the group all
  /// the same if there is one. Partitions that stay keep their position. Errors: invalid_state
  /// (subscribed: unsubscribe first), invalid_argument.
  Result<void> assign(std::vector<TopicPartition> partitions);
  /// Reads nothing any more and leaves the group at once; revoked partitions are committed first
  /// if commits are automatic.
  Result<void> unsubscribe();

  /// The partitions that are read now, in order. What a rebalance brings is among them from the
  /// poll on that says so (`assigned`); until then it is not assigned for any call.
  std::vector<TopicPartition> assignment() const;
  /// The topics subscribed to by name or matched by the pattern, in order.
  std::vector<std::string> subscription() const;

  // --- Reading

  /// Waits up to `timeout` for records and returns what is there, at most max.poll.records, or
  /// none. Drives everything that happens on this thread: rebalance callbacks, decompression, CRC
  /// checks. A member must poll every max.poll.interval.ms. After `stop` it returns none at once.
  /// Errors: no_offset and offset_out_of_range (auto.offset.reset is none), corrupt_message,
  /// decompression_failed (the position stays; seek past it to go on), authorization errors,
  /// fenced_instance_id and other fatal group errors, invalid_state (closed, or nothing
  /// subscribed). One error names one partition; the others go on with the next poll.
  Result<Records> poll(Timeout timeout);
  /// The same as a future, awaitable. It ends when there are records, an error, or after `timeout`.
  /// Records are checked and decompressed on the client's I/O thread. One at a time: errors with
  /// invalid_state while another poll is under way.
  Future<Records> poll_async(Timeout timeout = std::chrono::hours(24 * 365));

  /// Walks records one by one, polling when necessary; see begin().
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = ConsumerRecord;
    using difference_type = std::ptrdiff_t;
    using pointer = const ConsumerRecord*;
    using reference = const ConsumerRecord&;

    reference operator*() const noexcept { return *record_; }
    pointer operator->() const noexcept { return &*record_; }
    Iterator& operator++() {
      consumer_->advance(*this);
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& at, std::default_sentinel_t) noexcept {
      return !at.record_;
    }

   private:
    friend class Consumer;
    explicit Iterator(Consumer& consumer) : consumer_(&consumer) {}
    Consumer* consumer_;
    std::optional<ConsumerRecord> record_;
  };
  /// `for (const auto& record : consumer)`: waits for each next record. Ends after `stop`, and when
  /// none came for idle.timeout.ms if that is set. Positions advance record by record: leaving the
  /// loop and beginning again, or polling, continues with the record after the last one seen.
  /// Errors: throws Exception for what `poll` would return; iterating may be begun again.
  Iterator begin();
  std::default_sentinel_t end() const noexcept { return {}; }

  /// Makes `poll` and loops return now and from now on; commits and close still work. May be called
  /// from any thread and from signal handlers.
  void stop() noexcept;
  bool stopped() const noexcept;

  /// Stops reading the partitions; what was fetched is kept. Stays until resume or until the
  /// partition is taken away. Errors: invalid_argument for partitions that are not assigned.
  Result<void> pause(const std::vector<TopicPartition>& partitions);
  Result<void> pause(const TopicPartition& partition);
  Result<void> resume(const std::vector<TopicPartition>& partitions);
  Result<void> resume(const TopicPartition& partition);
  std::vector<TopicPartition> paused() const;

  // --- Positions

  /// The next record to be read. Errors: invalid_argument (not assigned, negative offset).
  Result<void> seek(const TopicPartition& partition, const OffsetAndMetadata& offset);
  /// Looked up when the next record or the position is asked for.
  Result<void> seek_to_beginning(const std::vector<TopicPartition>& partitions);
  Result<void> seek_to_beginning(const TopicPartition& partition);
  Result<void> seek_to_end(const std::vector<TopicPartition>& partitions);
  Result<void> seek_to_end(const TopicPartition& partition);
  /// The first record whose timestamp is not before `time`; the end when there is none.
  Result<void> seek_to_time(const std::vector<TopicPartition>& partitions, Time time);
  Result<void> seek_to_time(const TopicPartition& partition, Time time);
  /// The offset of the next record that the application will be handed; found out if necessary.
  /// Errors: timed_out, invalid_argument (not assigned), as poll.
  Result<std::int64_t> position(const TopicPartition& partition,
                                std::optional<Timeout> timeout = std::nullopt);
  /// How many offsets the position is behind the end that readers may see (high watermark, or last
  /// stable offset with read_committed), as the last fetch reported it. No I/O; nothing while
  /// unknown.
  std::optional<std::int64_t> lag(const TopicPartition& partition) const;

  // --- Commits

  /// Commits the positions of all assigned partitions: everything that was handed out, when
  /// iterating up to and including the current record. Waits for the answer and retries.
  /// Errors: timed_out; illegal_generation, unknown_member_id, rebalance_in_progress,
  /// fenced_instance_id (the group has moved on; what was not committed may be read again by
  /// another member), group_authorization_failed, offset_metadata_too_large, invalid_state
  /// (no group). With errors for single partitions the first is returned and names the partition.
  Result<void> commit(std::optional<Timeout> timeout = std::nullopt);
  /// The offset of the next record to read, for each partition: `commit(records.next_offsets())`.
  Result<void> commit(const Offsets& offsets, std::optional<Timeout> timeout = std::nullopt);
  /// The same without waiting. Commits are carried out in the order of the calls, so that an older
  /// one never overwrites a newer one; those that wait for each other travel together. The callback
  /// runs within a later `poll`, `commit` or `close`; futures end on the client's I/O thread.
  /// Errors as commit.
  void commit_async(CommitCallback callback);
  void commit_async(Offsets offsets, CommitCallback callback);
  Future<void> commit_async();
  Future<void> commit_async(Offsets offsets);

  // --- Looking things up. Each exists as a waiting call and as a future.

  /// What the group committed; no entry's value where nothing is committed. Errors: timed_out,
  /// authorization, invalid_state (no group).
  using Committed = std::map<TopicPartition, std::optional<OffsetAndMetadata>>;
  Result<Committed> committed(const std::vector<TopicPartition>& partitions,
                              std::optional<Timeout> timeout = std::nullopt);
  Result<std::optional<OffsetAndMetadata>> committed(const TopicPartition& partition,
                                                     std::optional<Timeout> timeout = std::nullopt);
  Future<Committed> committed_async(const std::vector<TopicPartition>& partitions);

  /// The first offset that the broker still has. Errors: timed_out, unknown_topic_or_partition,
  /// authorization.
  using PartitionOffsets = std::map<TopicPartition, std::int64_t>;
  Result<PartitionOffsets> beginning_offsets(const std::vector<TopicPartition>& partitions,
                                             std::optional<Timeout> timeout = std::nullopt);
  Future<PartitionOffsets> beginning_offsets_async(const std::vector<TopicPartition>& partitions);
  /// The offset that the next record will get; with read_committed the last stable offset.
  Result<PartitionOffsets> end_offsets(const std::vector<TopicPartition>& partitions,
                                       std::optional<Timeout> timeout = std::nullopt);
  Future<PartitionOffsets> end_offsets_async(const std::vector<TopicPartition>& partitions);

  /// The first record at or after each time; no value where there is none.
  using Times = std::map<TopicPartition, Time>;
  using TimedOffsets = std::map<TopicPartition, std::optional<OffsetAndTimestamp>>;
  Result<TimedOffsets> offsets_for_times(const Times& times,
                                         std::optional<Timeout> timeout = std::nullopt);
  Future<TimedOffsets> offsets_for_times_async(const Times& times);

  /// The partitions of a topic, in order. Errors: timed_out, unknown_topic_or_partition,
  /// authorization.
  Result<std::vector<PartitionInfo>> partitions_for(std::string_view topic,
                                                    std::optional<Timeout> timeout = std::nullopt);
  Future<std::vector<PartitionInfo>> partitions_for_async(std::string_view topic);

  // --- The end

  /// Commits if commits are automatic, calls `revoked`, leaves the group (static members do not)
  /// and ends all connections. Later calls fail with invalid_state. At most `timeout`, or
  /// close.timeout.ms; what could not be done by then is given up and returned as an error.
  Result<void> close(std::optional<Timeout> timeout = std::nullopt,
                     GroupExit exit = GroupExit::by_default);

 private:
  class Impl;
  explicit Consumer(std::unique_ptr<Impl> impl) noexcept;
  void advance(Iterator& at);

  std::unique_ptr<Impl> impl_;
};

}  // namespace barnabas
