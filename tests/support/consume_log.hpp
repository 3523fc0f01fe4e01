#pragma once

#include "protocol/messages/fetch.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/offset_commit.hpp"
#include "protocol/messages/offset_fetch.hpp"
#include "tests/support/client_script.hpp"

#include <barnabas/error_code.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::test {

/// What a consumer meets at the brokers of a ClientScript: partitions with records, and a group
/// that gives its one member what the test says. Answers Fetch, ListOffsets, OffsetForLeaderEpoch
/// and everything about the group as Kafka does.
///
///   ConsumeLog log(script);
///   log.append({"t", 0}, 10);                 // records "t[0]@0" to "t[0]@9", one batch
///   log.assign({{"t", 0}});
///   ... consumer.poll(1s) ...
///   CHECK(log.committed({"t", 0}) == 10);
class ConsumeLog {
 public:
  explicit ConsumeLog(ClientScript& script);

  // --- Data

  /// Appends one batch of `count` records and answers the fetches that waited for it.
  void append(const TopicPartition& partition, std::int32_t count);
  std::int64_t end_offset(const TopicPartition& partition) const;
  /// The value of the record at an offset.
  static std::string value_at(const TopicPartition& partition, std::int64_t offset);
  /// Answers every Fetch that waits, with what there is.
  void end_waits();

  // --- The group

  /// What the member is given with the next generation; its present one, if there is one, is told
  /// to join again.
  void assign(std::vector<TopicPartition> partitions);
  /// The group knows its member no longer.
  void expel() { member_known_ = false; }
  /// Nothing when nothing was committed.
  std::optional<std::int64_t> committed(const TopicPartition& partition) const;
  void set_committed(const TopicPartition& partition, std::int64_t offset) {
    committed_[partition] = offset;
  }
  /// Leaves commits without an answer until this is false again, then answers them.
  void hold_commits(bool hold);
  /// Every commit that was accepted, partition by partition, in order.
  const std::vector<std::pair<TopicPartition, std::int64_t>>& commits() const { return commits_; }
  std::int32_t generation() const { return generation_; }
  std::size_t joins() const { return joins_; }
  std::size_t refused_commits() const { return refused_commits_; }

 private:
  using FetchResponse = protocol::FetchResponse;

  struct Batch {
    std::int64_t first = 0;
    std::int64_t next = 0;
    std::vector<std::byte> bytes;
  };

  void serve_data();
  void serve_group();
  std::string name_of(std::int16_t version, std::string_view name, const Uuid& id) const;
  /// True: some partition has records, or an error.
  bool fill(const Received<protocol::FetchRequest>& request, FetchResponse& response) const;
  ErrorCode check(std::string_view member, std::int32_t generation) const;
  protocol::OffsetCommitResponse take_commit(
      const Received<protocol::OffsetCommitRequest>& request);
  std::optional<protocol::OffsetFetchResponse> on_offset_fetch(
      const Received<protocol::OffsetFetchRequest>& request) const;

  ClientScript& script_;
  std::map<TopicPartition, std::list<Batch>> logs_;

  std::vector<TopicPartition> assignment_;
  std::vector<std::byte> encoded_assignment_;
  std::map<TopicPartition, std::int64_t> committed_;
  std::vector<std::pair<TopicPartition, std::int64_t>> commits_;
  std::int32_t generation_ = 0;
  bool rebalancing_ = false;
  bool member_known_ = false;
  bool hold_commits_ = false;
  std::size_t joins_ = 0;
  std::size_t refused_commits_ = 0;
};

}  // namespace barnabas::test
