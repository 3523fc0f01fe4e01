#include "tests/interop/differential/group_requests.hpp"
#include "tests/interop/differential/produce_requests.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/base/random.hpp"
#include "protocol/messages/delete_groups.hpp"
#include "protocol/messages/delete_records.hpp"
#include "protocol/messages/describe_configs.hpp"
#include "protocol/messages/describe_groups.hpp"
#include "protocol/messages/fetch.hpp"
#include "protocol/messages/incremental_alter_configs.hpp"
#include "protocol/messages/init_producer_id.hpp"
#include "protocol/messages/list_offsets.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/messages/offset_commit.hpp"
#include "protocol/messages/offset_delete.hpp"
#include "protocol/messages/offset_fetch.hpp"
#include "protocol/messages/offset_for_leader_epoch.hpp"

#include <array>

namespace barnabas::differential {
namespace {

using namespace protocol;

/// Random requests over a few topics, producers and groups, so that they meet each other's traces.
class RandomRequests {
 public:
  RandomRequests(World& world, std::uint64_t seed) : client_(world), random_(seed) {
    for (int i = 0; i < 3; ++i) topics_.push_back(make_topic(world, "random", 2));
    topics_.push_back({"no-such-topic", {Uuid(9, 9), Uuid(9, 9)}});
    for (int i = 0; i < 3; ++i) groups_.push_back({world.fresh("random"), {}, 0, false});
  }

  void step() {
    using Step = void (RandomRequests::*)();
    static constexpr std::array steps{
        &RandomRequests::produce,        &RandomRequests::produce,
        &RandomRequests::sequence,       &RandomRequests::fetch,
        &RandomRequests::fetch,          &RandomRequests::session,
        &RandomRequests::list_offsets,   &RandomRequests::leader_epoch,
        &RandomRequests::metadata,       &RandomRequests::commit,
        &RandomRequests::commit,         &RandomRequests::committed,
        &RandomRequests::join,           &RandomRequests::join,
        &RandomRequests::sync,           &RandomRequests::heartbeat,
        &RandomRequests::leave,          &RandomRequests::describe_group,
        &RandomRequests::delete_group,   &RandomRequests::delete_offset,
        &RandomRequests::delete_records, &RandomRequests::configure,
        &RandomRequests::producer_id};
    const Step chosen = steps[random_.below(steps.size())];
    (this->*chosen)();
  }

 private:
  struct Group {
    std::string_view name;
    MemberIds member;
    std::int32_t generation = 0;
    bool has_member = false;
  };

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low +
           static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool one_in(std::uint64_t count) { return random_.below(count) == 0; }
  template <class Request>
  std::int16_t version(std::int16_t from = Request::versions.min) {
    return static_cast<std::int16_t>(between(from, Request::versions.max));
  }
  template <class T>
  T& any(std::vector<T>& values) {
    return values[random_.below(values.size())];
  }
  std::int32_t partition() {
    return static_cast<std::int32_t>(between(one_in(10) ? -1 : 0, one_in(5) ? 3 : 1));
  }
  std::int64_t offset() { return between(one_in(10) ? -3 : 0, 25); }

  void send_batches(const KnownTopic& topic, std::int16_t v,
                    const Both<std::vector<std::byte>>& batches) {
    const std::int32_t index = partition();
    const auto acks = static_cast<std::int16_t>(one_in(2) ? 1 : -1);
    client_.ask<ProduceRequest>("produce", v, [&](Side side) {
      return produce_to(topic, index, BytesView(batches[side]), side, v, acks);
    });
  }

  void produce() {
    static constexpr std::array codecs{Codec::none, Codec::gzip, Codec::snappy, Codec::lz4};
    const auto count = static_cast<std::int32_t>(between(1, 4));
    const auto batch = test::make_batch(test::numbered_records(count, between(1000, 9000)),
                                        Compression(codecs[random_.below(codecs.size())]));
    send_batches(any(topics_), version<ProduceRequest>(), {batch, batch});
  }

  void producer_id() {
    InitProducerIdRequest request;
    request.transaction_timeout_ms = 1000;
    const auto made = client_.ask<InitProducerIdRequest>("producer id",
                                                         version<InitProducerIdRequest>(), request);
    producers_.emplace_back(made[Side::apache].message.value().producer_id,
                            made[Side::ours].message.value().producer_id);
  }

  void sequence() {
    if (producers_.empty()) return producer_id();
    const Both<std::int64_t>& producer = any(producers_);
    const auto epoch = static_cast<std::int16_t>(one_in(6) ? 1 : 0);
    const auto first = static_cast<std::int32_t>(between(0, 6));
    const auto count = static_cast<std::int32_t>(between(1, 2));
    Both<std::vector<std::byte>> batches;
    for (const Side side : sides) {
      batches[side] = test::make_batch(test::numbered_records(count), {},
                                       {producer[side], epoch, first, false});
    }
    send_batches(topics_.front(), version<ProduceRequest>(), batches);
  }

  FetchRequest fetch_request() const {
    FetchRequest request;
    request.max_bytes = 1 << 20;
    request.session_epoch = -1;
    return request;
  }

  struct Wanted {
    KnownTopic topic;
    std::int32_t partition;
    std::int64_t offset;
    std::int32_t epoch;
  };
  std::vector<Wanted> wanted() {
    std::vector<Wanted> all;
    for (std::int64_t i = between(1, 3); i > 0; --i) {
      // No partition twice.
      const KnownTopic& topic = topics_[static_cast<std::size_t>(i)];
      all.push_back({topic, partition(), offset(), static_cast<std::int32_t>(between(-1, 1))});
    }
    return all;
  }
  static void add(FetchRequest& request, const std::vector<Wanted>& all, Side side,
                  std::int16_t v) {
    for (const Wanted& one : all) {
      auto& topic = request.topics.emplace_back();
      if (v < 13) {
        topic.topic = one.topic.name;
      } else {
        topic.topic_id = one.topic.ids[side];
      }
      auto& part = topic.partitions.emplace_back();
      part.partition = one.partition;
      part.fetch_offset = one.offset;
      part.partition_max_bytes = 1 << 20;
      part.current_leader_epoch = v >= 9 ? one.epoch : -1;
    }
  }

  void fetch() {
    const std::int16_t v = version<FetchRequest>();
    const std::vector<Wanted> all = wanted();
    const auto isolation = static_cast<std::int8_t>(between(0, 1));
    client_.ask<FetchRequest>("fetch", v, [&](Side side) {
      FetchRequest request = fetch_request();
      request.isolation_level = isolation;
      add(request, all, side, v);
      return request;
    });
  }

  void session() {
    const bool anew = session_version_ == 0 || one_in(6);
    if (anew) session_version_ = version<FetchRequest>(7);
    const std::vector<Wanted> all = anew || one_in(3) ? wanted() : std::vector<Wanted>();
    const std::int32_t epoch = anew ? 0 : one_in(8) ? session_epoch_ + 1 : session_epoch_;
    const auto answers = client_.ask<FetchRequest>("session", session_version_, [&](Side side) {
      FetchRequest request = fetch_request();
      request.session_id = anew ? 0 : session_[side];
      request.session_epoch = epoch;
      add(request, all, side, session_version_);
      return request;
    });
    const bool went_on = answers[Side::ours].message.value().error_code == ErrorCode::none;
    if (anew) {
      for (const Side side : sides) session_[side] = answers[side].message.value().session_id;
      session_epoch_ = 1;
    } else if (went_on) {
      ++session_epoch_;
    }
  }

  void list_offsets() {
    const std::int16_t v = version<ListOffsetsRequest>();
    ListOffsetsRequest request;
    request.replica_id = -1;
    auto& topic = request.topics.emplace_back();
    topic.name = any(topics_).name;
    auto& part = topic.partitions.emplace_back();
    part.partition_index = partition();
    part.timestamp = one_in(2) ? between(-6, -1) : between(0, 10000);
    if (v >= 4) part.current_leader_epoch = static_cast<std::int32_t>(between(-1, 1));
    client_.ask<ListOffsetsRequest>("list offsets", v, request);
  }

  void leader_epoch() {
    OffsetForLeaderEpochRequest request;
    auto& topic = request.topics.emplace_back();
    topic.topic = any(topics_).name;
    auto& part = topic.partitions.emplace_back();
    part.partition = partition();
    part.leader_epoch = static_cast<std::int32_t>(between(-1, 2));
    part.current_leader_epoch = static_cast<std::int32_t>(between(-1, 1));
    client_.ask<OffsetForLeaderEpochRequest>("leader epoch", version<OffsetForLeaderEpochRequest>(),
                                             request);
  }

  void metadata() {
    const std::int16_t v = version<MetadataRequest>(4);
    MetadataRequest request;
    request.allow_auto_topic_creation = false;
    request.topics.emplace().emplace_back().name = any(topics_).name;
    client_.ask<MetadataRequest>("metadata", v, request);
  }

  // A member that speaks for a group: its own, a stranger or nobody, of a generation that may be
  // right.
  Membership speaker(const Group& group) {
    Membership member{group.name, group.member, group.generation};
    if (one_in(5)) member.ids = MemberIds("nobody", "nobody");
    if (one_in(8)) member.ids = MemberIds();
    if (one_in(5)) member.generation = static_cast<std::int32_t>(between(-1, 3));
    return member;
  }

  void commit() {
    const std::int16_t v = version<OffsetCommitRequest>();
    const Membership member = speaker(any(groups_));
    const KnownTopic& topic = any(topics_);
    const std::int32_t index = partition();
    const std::int64_t at = between(0, 50);
    client_.ask<OffsetCommitRequest>("commit", v, [&](Side side) {
      OffsetCommitRequest request;
      request.group_id = member.group;
      request.member_id = member.ids[side];
      request.generation_id_or_member_epoch = member.generation;
      auto& wanted_topic = request.topics.emplace_back();
      if (v < 10) {
        wanted_topic.name = topic.name;
      } else {
        wanted_topic.topic_id = topic.ids[side];
      }
      auto& part = wanted_topic.partitions.emplace_back();
      part.partition_index = index;
      part.committed_offset = at;
      part.committed_metadata = "random";
      return request;
    });
  }

  void committed() {
    const std::int16_t v = static_cast<std::int16_t>(between(2, 7));
    OffsetFetchRequest request;
    request.group_id = any(groups_).name;
    request.topics.reset();
    client_.ask<OffsetFetchRequest>("committed", v, request);
  }

  // One member a group, so that no join has to wait for another's.
  void join() {
    Group& group = any(groups_);
    const std::int16_t v = version<JoinGroupRequest>();
    Joining how;
    how.group = group.name;
    if (one_in(4)) how.metadata = subscription_to(topics_.front().name);
    if (group.has_member) {
      if (one_in(5)) how.protocols = {"sticky"};
      if (one_in(5)) how.protocols = {"range", "sticky"};
      const MemberIds ids = one_in(4) ? MemberIds("nobody", "nobody") : group.member;
      const auto answers = client_.ask<JoinGroupRequest>("join again", v, join_request(how, ids));
      note_generation(group, answers);
      return;
    }
    const MemberIds first = v < 4 ? MemberIds()
                                  : ids_of(client_.ask<JoinGroupRequest>(
                                        "join, without id", v, join_request(how, MemberIds())));
    const auto answers = client_.ask<JoinGroupRequest>("join", v, join_request(how, first));
    group.member = ids_of(answers);
    group.has_member = true;
    note_generation(group, answers);
  }
  template <class Answers>
  static void note_generation(Group& group, const Answers& answers) {
    const auto& message = answers[Side::ours].message.value();
    if (message.error_code == ErrorCode::none) group.generation = message.generation_id;
  }

  void sync() {
    Group& group = any(groups_);
    const std::int16_t v = version<SyncGroupRequest>();
    client_.ask<SyncGroupRequest>("sync", v,
                                  sync_request(speaker(group), v, {{group.member, "all"}}));
  }

  void heartbeat() {
    client_.ask<HeartbeatRequest>("heartbeat", version<HeartbeatRequest>(),
                                  heartbeat_request(speaker(any(groups_))));
  }

  void leave() {
    if (!one_in(3)) return;  // or there would hardly be members
    Group& group = any(groups_);
    const std::int16_t v = version<LeaveGroupRequest>();
    const Membership member = speaker(group);
    client_.ask<LeaveGroupRequest>("leave", v, leave_request(member, v));
    if (member.ids[Side::ours] == group.member[Side::ours]) group.has_member = false;
  }

  void describe_group() {
    DescribeGroupsRequest request;
    request.groups.push_back(any(groups_).name);
    client_.ask<DescribeGroupsRequest>("describe group", version<DescribeGroupsRequest>(), request);
  }

  void delete_group() {
    if (!one_in(3)) return;
    DeleteGroupsRequest request;
    request.groups_names.push_back(any(groups_).name);
    client_.ask<DeleteGroupsRequest>("delete group", version<DeleteGroupsRequest>(), request);
  }

  void delete_offset() {
    OffsetDeleteRequest request;
    request.group_id = any(groups_).name;
    auto& topic = request.topics.emplace_back();
    topic.name = any(topics_).name;
    topic.partitions.emplace_back().partition_index = partition();
    client_.ask<OffsetDeleteRequest>("delete offset", 0, request);
  }

  void delete_records() {
    if (!one_in(3)) return;
    DeleteRecordsRequest request;
    request.timeout_ms = 5000;
    auto& topic = request.topics.emplace_back();
    topic.name = any(topics_).name;
    auto& part = topic.partitions.emplace_back();
    part.partition_index = partition();
    part.offset = between(-1, 12);
    client_.ask<DeleteRecordsRequest>("delete records", version<DeleteRecordsRequest>(), request);
  }

  void configure() {
    static constexpr std::array values{std::string_view("1000"), std::string_view("-1"),
                                       std::string_view("soon"), std::string_view("86400000")};
    const std::string_view topic = topics_[random_.below(3)].name;
    IncrementalAlterConfigsRequest request;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = 2;
    resource.resource_name = topic;
    auto& config = resource.configs.emplace_back();
    config.name = one_in(2) ? "delete.retention.ms" : "min.compaction.lag.ms";
    config.config_operation = static_cast<std::int8_t>(between(0, 1));
    if (config.config_operation == 0) config.value = values[random_.below(values.size())];
    client_.ask<IncrementalAlterConfigsRequest>("configure",
                                                version<IncrementalAlterConfigsRequest>(), request);
  }

  Client client_;
  Random random_;
  std::vector<KnownTopic> topics_;
  std::vector<Group> groups_;
  std::vector<Both<std::int64_t>> producers_;
  Both<std::int32_t> session_;
  std::int32_t session_epoch_ = 0;
  std::int16_t session_version_ = 0;
};

}  // namespace

void random_requests(World& world, std::uint64_t seed, int steps) {
  RandomRequests requests(world, seed);
  for (int i = 0; i < steps; ++i) requests.step();
}

}  // namespace barnabas::differential
