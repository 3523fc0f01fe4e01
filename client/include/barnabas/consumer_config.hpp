#pragma once

#include <barnabas/client_config.hpp>
#include <barnabas/group.hpp>
#include <barnabas/isolation_level.hpp>
#include <barnabas/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas {

/// Where reading starts when the group has no committed offset for a partition, or the position no
/// longer exists (auto.offset.reset).
class OffsetReset {
 public:
  enum class Kind : std::uint8_t { earliest, latest, none, by_duration };

  /// The first record that the broker still has.
  static constexpr OffsetReset earliest() { return OffsetReset(Kind::earliest); }
  /// Only records that arrive from now on.
  static constexpr OffsetReset latest() { return OffsetReset(Kind::latest); }
  /// Nowhere: `poll` returns no_offset or offset_out_of_range, and the application seeks.
  static constexpr OffsetReset none() { return OffsetReset(Kind::none); }
  /// The first record of at most this age, as the clock of this machine has it (KIP-1106); when
  /// there is none, the end.
  static constexpr OffsetReset by_duration(std::chrono::milliseconds age) {
    return OffsetReset(Kind::by_duration, age);
  }

  constexpr Kind kind() const noexcept { return kind_; }
  constexpr std::chrono::milliseconds age() const noexcept { return age_; }

  friend constexpr bool operator==(const OffsetReset&, const OffsetReset&) = default;

 private:
  explicit constexpr OffsetReset(Kind kind, std::chrono::milliseconds age = {})
      : kind_(kind), age_(age) {}

  Kind kind_;
  std::chrono::milliseconds age_;
};

/// How the members of a group divide partitions (partition.assignment.strategy). All members must
/// have one in common. Equal in name, data and effect to the Java client's.
enum class Assignor : std::uint8_t {
  range,               ///< Per topic, contiguous ranges.
  roundrobin,          ///< All partitions in turn.
  sticky,              ///< Balanced, and keeps what members had; stop-the-world rebalances.
  cooperative_sticky,  ///< The same, but only partitions that move stop being read (KIP-429).
};

/// A consumer's configuration as plain values. Set through ConsumerConfig.
struct ConsumerSettings {
  ConsumerSettings();

  ClientSettings client;
  std::string group_id;
  std::string group_instance_id;
  OffsetReset offset_reset = OffsetReset::latest();
  bool auto_commit = true;
  std::chrono::milliseconds auto_commit_interval{5'000};
  std::chrono::milliseconds session_timeout{45'000};
  std::chrono::milliseconds heartbeat_interval{3'000};
  std::chrono::milliseconds max_poll_interval{300'000};
  std::int32_t max_poll_records = 500;
  std::vector<Assignor> assignors{Assignor::range, Assignor::cooperative_sticky};
  bool leave_group_on_close = true;
  std::int32_t fetch_min_bytes = 1;
  std::chrono::milliseconds fetch_max_wait{500};
  std::int32_t fetch_max_bytes = 50 * 1024 * 1024;
  std::int32_t max_partition_fetch_bytes = 1024 * 1024;
  std::int64_t prefetch_bytes = 64 * 1024 * 1024;
  IsolationLevel isolation_level = IsolationLevel::read_uncommitted;
  bool check_crcs = true;
  bool exclude_internal_topics = true;
  std::string rack;
  std::chrono::milliseconds idle_timeout{0};
};

/// A consumer's configuration. The setters check nothing: making a consumer does, and says which
/// property is out of which range. Names in the comments are the properties of the Java client and,
/// in brackets where it differs, of librdkafka; `from_properties` accepts both.
/// Thread-safety: a value.
class ConsumerConfig : public ClientConfig<ConsumerConfig> {
 public:
  ConsumerConfig() = default;

  /// From names and values; later entries win. Errors: unknown_property, naming the nearest key;
  /// invalid_property, naming the range.
  static Result<ConsumerConfig> from_properties(const Properties& properties);
  /// From a file in Java's properties format. Errors: io_error, and as from_properties.
  static Result<ConsumerConfig> from_file(const std::string& path);
  /// Sets one property by name. Errors: as from_properties; nothing is changed then.
  Result<void> set(std::string_view property, std::string_view value);
  /// Every property with its value, secrets hidden.
  Properties properties() const;
  /// Whether all values are in range and fit together. Errors: invalid_property.
  Result<void> validate() const;

  /// group.id and group.instance.id. Without a group the consumer reads all partitions of the
  /// topics it subscribes to, or those it assigns itself, and can commit nothing.
  ConsumerConfig& group(const Group& group) {
    own_.group_id = group.id();
    own_.group_instance_id = group.instance_id().value_or("");
    return *this;
  }
  ConsumerConfig& group(std::string id) { return group(Group(std::move(id))); }
  /// auto.offset.reset: earliest, latest, none, by_duration:PT1H. Default latest, as in Kafka: a
  /// new group does not see what was written before it came.
  ConsumerConfig& offset_reset(OffsetReset reset) { return own_.offset_reset = reset, *this; }
  /// enable.auto.commit: commits what the application was handed and has come back from: in `poll`,
  /// all that earlier polls returned; when iterating, all records before the current one. Done
  /// every interval, before partitions are given up, and on close. Default true with a group.
  ConsumerConfig& auto_commit(bool on) { return own_.auto_commit = on, *this; }
  /// auto.commit.interval.ms: 0 to 86,400,000 ms, default 5 s.
  ConsumerConfig& auto_commit_interval(std::chrono::milliseconds interval) {
    return own_.auto_commit_interval = interval, *this;
  }
  /// session.timeout.ms: a member that the coordinator does not hear from for so long is thrown
  /// out; a member that cannot reach it gives its partitions up at the same time. 1 to 3,600,000 ms
  /// and within the broker's bounds (6 s to 30 min), default 45 s.
  ConsumerConfig& session_timeout(std::chrono::milliseconds timeout) {
    return own_.session_timeout = timeout, *this;
  }
  /// heartbeat.interval.ms: less than the session timeout, usually a third. 1 to 3,600,000 ms,
  /// default 3 s.
  ConsumerConfig& heartbeat_interval(std::chrono::milliseconds interval) {
    return own_.heartbeat_interval = interval, *this;
  }
  /// max.poll.interval.ms: a consumer that does not poll for so long leaves its group, so that
  /// others take its partitions over; it comes back with the next poll. Also the longest that a
  /// rebalance waits for this member. 1 to 86,400,000 ms, default 5 min.
  ConsumerConfig& max_poll_interval(std::chrono::milliseconds interval) {
    return own_.max_poll_interval = interval, *this;
  }
  /// max.poll.records: most records that one `poll` returns. 1 to 2^31-1, default 500.
  ConsumerConfig& max_poll_records(std::int32_t records) {
    return own_.max_poll_records = records, *this;
  }
  /// partition.assignment.strategy: in the order of preference, not empty. Default range and
  /// cooperative_sticky, as in Java. Rebalances are cooperative when all listed are.
  ConsumerConfig& assignors(std::vector<Assignor> assignors) {
    return own_.assignors = std::move(assignors), *this;
  }
  /// Whether a dynamic member leaves the group on close (internal.leave.group.on.close); without it
  /// the others wait for the session timeout. Static members never do by themselves. Default
  /// true.
  ConsumerConfig& leave_group_on_close(bool leave) {
    return own_.leave_group_on_close = leave, *this;
  }
  /// fetch.min.bytes: a broker answers when it has so much, or fetch_max_wait has passed. 1 to
  /// 2^31-1, default 1: at once.
  ConsumerConfig& fetch_min_bytes(std::int32_t bytes) {
    return own_.fetch_min_bytes = bytes, *this;
  }
  /// fetch.max.wait.ms [fetch.wait.max.ms]: 0 to 300,000 ms, less than request_timeout, default
  /// 500 ms.
  ConsumerConfig& fetch_max_wait(std::chrono::milliseconds wait) {
    return own_.fetch_max_wait = wait, *this;
  }
  /// fetch.max.bytes: most data in one response; a single larger batch comes nevertheless (KIP-74).
  /// 1 to 2^31-1, default 50 MiB.
  ConsumerConfig& fetch_max_bytes(std::int32_t bytes) {
    return own_.fetch_max_bytes = bytes, *this;
  }
  /// max.partition.fetch.bytes [fetch.message.max.bytes]: the same for one partition. 1 to 2^31-1,
  /// default 1 MiB.
  ConsumerConfig& max_partition_fetch_bytes(std::int32_t bytes) {
    return own_.max_partition_fetch_bytes = bytes, *this;
  }
  /// prefetch.max.bytes [queued.max.messages.kbytes, in KiB]: how much fetched data may wait for
  /// the application, over all partitions; requests are not sent when their answers could exceed
  /// it. One batch that is larger comes nevertheless. It is used as far as it takes to keep the
  /// application busy: 4 MiB a broker (twice max.partition.fetch.bytes or fetch.min.bytes if that
  /// is more), and more when the application has to wait for brokers. Each broker has its share; if
  /// max.partition.fetch.bytes is not left for all of them, they take turns and share
  /// fetch.max.wait.ms. What is decompressed for the records of one poll is bounded by it likewise.
  /// 1 byte to 2^40, default 64 MiB.
  ConsumerConfig& prefetch_bytes(std::int64_t bytes) { return own_.prefetch_bytes = bytes, *this; }
  /// isolation.level: default read_uncommitted, as in Java (librdkafka: read_committed).
  ConsumerConfig& isolation_level(IsolationLevel level) {
    return own_.isolation_level = level, *this;
  }
  /// check.crcs: whether batches are checked for damage. Default true.
  ConsumerConfig& check_crcs(bool check) { return own_.check_crcs = check, *this; }
  /// exclude.internal.topics: patterns do not match topics like __consumer_offsets. Default true.
  ConsumerConfig& exclude_internal_topics(bool exclude) {
    return own_.exclude_internal_topics = exclude, *this;
  }
  /// client.rack: where this client is, so that it reads from a replica nearby (KIP-392). Default
  /// "".
  ConsumerConfig& rack(std::string rack) { return own_.rack = std::move(rack), *this; }
  /// idle.timeout.ms: iterating ends when no record came for so long. 0 to 86,400,000 ms, default
  /// 0: never. (consumer_timeout_ms of kafka-python.)
  ConsumerConfig& idle_timeout(std::chrono::milliseconds timeout) {
    return own_.idle_timeout = timeout, *this;
  }

  /// Everything in one value, the common part included.
  ConsumerSettings settings() const {
    ConsumerSettings all = own_;
    all.client = client_;
    return all;
  }

 private:
  void assign(ConsumerSettings all) {
    client_ = std::move(all.client);
    own_ = std::move(all);
  }

  ConsumerSettings own_;  // but for `client`, which the base holds
};

}  // namespace barnabas
