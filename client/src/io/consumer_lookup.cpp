#include "client/src/io/consumer_impl.hpp"

#include <set>
#include <utility>

// What a Consumer can look up: each as a future, and as a call that waits for it.

namespace barnabas {

using client::CommittedOffsets;
using client::ConsumerEngine;
using client::OffsetLookup;

namespace {

// One value for each partition, or the first error.
template <class Values, class Answers, class Convert>
Result<Values> collect(const Answers& answers, Convert convert) {
  Values values;
  for (const auto& [partition, answer] : answers) {
    if (!answer) return answer.error();
    values.emplace(partition, convert(*answer));
  }
  return values;
}

Consumer::Committed::mapped_type as_committed(const std::optional<OffsetAndMetadata>& committed) {
  return committed;
}

std::int64_t as_offset(const client::ListedOffset& listed) { return listed.offset; }

std::optional<OffsetAndTimestamp> as_timed(const client::ListedOffset& listed) {
  if (listed.offset < 0) return std::nullopt;
  const std::chrono::milliseconds since_epoch(listed.timestamp);
  return OffsetAndTimestamp(
      listed.offset, std::chrono::sys_time<std::chrono::milliseconds>(since_epoch),
      listed.leader_epoch < 0 ? std::nullopt : std::optional(listed.leader_epoch));
}

OffsetLookup::Query query_of(const std::vector<TopicPartition>& partitions, Timestamp timestamp) {
  OffsetLookup::Query query;
  for (const TopicPartition& partition : partitions) query.emplace(partition, timestamp);
  return query;
}

}  // namespace

template <class Values, class Convert>
Future<Values> Consumer::Impl::list_offsets(client::OffsetLookup::Query query, Instant until,
                                            Convert convert) {
  return run<Values>([&](ConsumerEngine& with, const Now& now, auto done) {
    with.offset_lookup().start(now, std::move(query), until,
                               [done, convert](const Now&, const OffsetLookup::Answers& answers) {
                                 done(collect<Values>(answers, convert));
                               });
  });
}

Future<Consumer::Committed> Consumer::Impl::committed(const std::vector<TopicPartition>& partitions,
                                                      Instant until) {
  if (!engine().has_group()) {
    return Future<Committed>::ready(Error(ErrorCode::invalid_state, "the consumer has no group"));
  }
  return run<Committed>([&](ConsumerEngine& with, const Now& now, auto done) {
    with.committed_offsets()->start(
        now, std::set<TopicPartition>(partitions.begin(), partitions.end()), until,
        [done](const Now&, const CommittedOffsets::Answers& answers) {
          done(collect<Committed>(answers, as_committed));
        });
  });
}

Result<Consumer::Committed> Consumer::committed(const std::vector<TopicPartition>& partitions,
                                                std::optional<Timeout> timeout) {
  return impl_->committed(partitions, impl_->deadline(timeout)).get();
}

Result<std::optional<OffsetAndMetadata>> Consumer::committed(const TopicPartition& partition,
                                                             std::optional<Timeout> timeout) {
  Result<Committed> all = committed(std::vector<TopicPartition>{partition}, timeout);
  if (!all) return std::move(all).error();
  return all->begin()->second;
}

Future<Consumer::Committed> Consumer::committed_async(
    const std::vector<TopicPartition>& partitions) {
  return impl_->committed(partitions, impl_->deadline(std::nullopt));
}

Result<Consumer::PartitionOffsets> Consumer::beginning_offsets(
    const std::vector<TopicPartition>& partitions, std::optional<Timeout> timeout) {
  return impl_
      ->list_offsets<PartitionOffsets>(query_of(partitions, client::earliest_timestamp),
                                       impl_->deadline(timeout), as_offset)
      .get();
}

Future<Consumer::PartitionOffsets> Consumer::beginning_offsets_async(
    const std::vector<TopicPartition>& partitions) {
  return impl_->list_offsets<PartitionOffsets>(query_of(partitions, client::earliest_timestamp),
                                               impl_->deadline(std::nullopt), as_offset);
}

Result<Consumer::PartitionOffsets> Consumer::end_offsets(
    const std::vector<TopicPartition>& partitions, std::optional<Timeout> timeout) {
  return impl_
      ->list_offsets<PartitionOffsets>(query_of(partitions, client::latest_timestamp),
                                       impl_->deadline(timeout), as_offset)
      .get();
}

Future<Consumer::PartitionOffsets> Consumer::end_offsets_async(
    const std::vector<TopicPartition>& partitions) {
  return impl_->list_offsets<PartitionOffsets>(query_of(partitions, client::latest_timestamp),
                                               impl_->deadline(std::nullopt), as_offset);
}

Future<Consumer::TimedOffsets> Consumer::Impl::offsets_for_times(const Times& times,
                                                                 Instant until) {
  OffsetLookup::Query query;
  for (const auto& [partition, time] : times) {
    const Timestamp timestamp =
        std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
    if (timestamp < 0) {
      return Future<TimedOffsets>::ready(
          Error(ErrorCode::invalid_argument, to_string(partition) + ": the time is before 1970"));
    }
    query.emplace(partition, timestamp);
  }
  return list_offsets<TimedOffsets>(std::move(query), until, as_timed);
}

Result<Consumer::TimedOffsets> Consumer::offsets_for_times(const Times& times,
                                                           std::optional<Timeout> timeout) {
  return impl_->offsets_for_times(times, impl_->deadline(timeout)).get();
}

Future<Consumer::TimedOffsets> Consumer::offsets_for_times_async(const Times& times) {
  return impl_->offsets_for_times(times, impl_->deadline(std::nullopt));
}

Future<std::vector<PartitionInfo>> Consumer::Impl::partitions_for(std::string_view topic,
                                                                  Instant until) {
  if (!client::is_topic_name(topic)) {
    return Future<std::vector<PartitionInfo>>::ready(
        Error(ErrorCode::invalid_argument, "\"" + std::string(topic) + "\" is not a topic name"));
  }
  return run<std::vector<PartitionInfo>>([&](ConsumerEngine& with, const Now& now, auto done) {
    with.partitions_query().start(now, std::string(topic), until, done);
  });
}

Result<std::vector<PartitionInfo>> Consumer::partitions_for(std::string_view topic,
                                                            std::optional<Timeout> timeout) {
  return impl_->partitions_for(topic, impl_->deadline(timeout)).get();
}

Future<std::vector<PartitionInfo>> Consumer::partitions_for_async(std::string_view topic) {
  return impl_->partitions_for(topic, impl_->deadline(std::nullopt));
}

}  // namespace barnabas
