#include "protocol/messages/fetch.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/messages/produce.hpp"
#include "protocol/messages/sync_group.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tests/bench/micro/allocations.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

// Whole messages: encoding into a frame, and decoding one into a message made anew, as connections
// do. One item is one message; bytes leave record data out, which is never touched.

namespace {

using namespace barnabas;

constexpr std::int64_t partitions_of_topic = 10;

// Topic names and batches that messages view.
struct Payload {
  std::vector<std::string> topics;
  std::vector<std::byte> batch = std::vector<std::byte>(16 * 1024);

  explicit Payload(std::int64_t partitions) {
    for (std::int64_t i = 0; i < partitions / partitions_of_topic; ++i) {
      topics.push_back("orders-of-region-" + std::to_string(i));
    }
  }
};

protocol::ProduceRequest produce(const Payload& payload) {
  protocol::ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = 30000;
  for (std::size_t topic = 0; topic < payload.topics.size(); ++topic) {
    auto& data = request.topic_data.emplace_back();
    data.topic_id = Uuid(1, topic + 1);
    for (std::int32_t index = 0; index < partitions_of_topic; ++index) {
      auto& partition = data.partition_data.emplace_back();
      partition.index = index;
      partition.records = wire::RecordSegments(BytesView(payload.batch));
    }
  }
  return request;
}

protocol::FetchResponse fetched(const Payload& payload) {
  protocol::FetchResponse response;
  for (std::size_t topic = 0; topic < payload.topics.size(); ++topic) {
    auto& data = response.responses.emplace_back();
    data.topic_id = Uuid(1, topic + 1);
    for (std::int32_t index = 0; index < partitions_of_topic; ++index) {
      auto& partition = data.partitions.emplace_back();
      partition.partition_index = index;
      partition.high_watermark = 1'000'000;
      partition.last_stable_offset = 1'000'000;
      partition.records = wire::RecordSegments(BytesView(payload.batch));
    }
  }
  return response;
}

protocol::MetadataResponse metadata(const Payload& payload) {
  protocol::MetadataResponse response;
  response.cluster_id = "4L6g3nShT-eMCtK--X86sw";
  for (std::int32_t id = 1; id <= 6; ++id) {
    auto& broker = response.brokers.emplace_back();
    broker.node_id = id;
    broker.host = "kafka.example.com";
    broker.port = 9092;
  }
  for (std::size_t topic = 0; topic < payload.topics.size(); ++topic) {
    auto& data = response.topics.emplace_back();
    data.name = payload.topics[topic];
    data.topic_id = Uuid(1, topic + 1);
    for (std::int32_t index = 0; index < partitions_of_topic; ++index) {
      auto& partition = data.partitions.emplace_back();
      partition.partition_index = index;
      partition.leader_id = 1 + index % 6;
      partition.leader_epoch = 5;
      partition.replica_nodes = {1, 2, 3};
      partition.isr_nodes = {1, 2, 3};
    }
  }
  return response;
}

protocol::JoinGroupResponse joined(const Payload& payload) {
  protocol::JoinGroupResponse response;
  response.generation_id = 3;
  response.protocol_type = "consumer";
  response.protocol_name = "range";
  for (const std::string& name : payload.topics) {
    auto& member = response.members.emplace_back();
    member.member_id = name;
    member.metadata = BytesView(payload.batch.data(), 100);
  }
  return response;
}

protocol::SyncGroupRequest synced(const Payload& payload) {
  protocol::SyncGroupRequest request;
  request.group_id = "readers";
  for (const std::string& name : payload.topics) {
    auto& assignment = request.assignments.emplace_back();
    assignment.member_id = name;
    assignment.assignment = BytesView(payload.batch.data(), 100);
  }
  return request;
}

protocol::HeartbeatRequest heartbeat(const Payload&) {
  protocol::HeartbeatRequest request;
  request.group_id = "readers";
  request.generation_id = 3;
  request.member_id = "member-0d2cf3a4-9f5b-4c43-9df1-0b9ef2bb5c0a";
  return request;
}

template <class Message>
std::vector<std::byte> encoded(const Message& message) {
  wire::GatherBuffer buffer;
  wire::Writer out(buffer);
  message.encode(out, Message::versions.max);
  return buffer.flatten();
}

template <class Message, Message (*make)(const Payload&)>
void Encode(benchmark::State& state) {
  const Payload payload(state.range(0));
  const Message message = make(payload);
  const bench::CountAllocations counted;
  std::size_t size = 0;
  for (auto _ : state) {
    wire::GatherBuffer buffer;
    wire::Writer out(buffer);
    message.encode(out, Message::versions.max);
    benchmark::DoNotOptimize(out.complete());
    size = buffer.owned_size();
  }
  counted.report(state, state.iterations());
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

template <class Message, Message (*make)(const Payload&)>
void Decode(benchmark::State& state) {
  const Payload payload(state.range(0));
  const Message original = make(payload);
  const std::vector<std::byte> bytes = encoded(original);
  const bench::CountAllocations counted;
  for (auto _ : state) {
    wire::Reader in(BytesView(bytes.data(), bytes.size()));
    Message message;
    message.decode(in, Message::versions.max);
    benchmark::DoNotOptimize(message);
    if (!in.ok()) state.SkipWithError("not decoded");
  }
  counted.report(state, state.iterations());
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(original.measure(Message::versions.max).owned));
}

#define BARNABAS_BENCHMARK_MESSAGE(Message, make, ...)                            \
  BENCHMARK(Encode<protocol::Message, make>)->__VA_ARGS__->ArgName("partitions"); \
  BENCHMARK(Decode<protocol::Message, make>)->__VA_ARGS__->ArgName("partitions")

BARNABAS_BENCHMARK_MESSAGE(ProduceRequest, produce, Arg(10)->Arg(1000));
BARNABAS_BENCHMARK_MESSAGE(FetchResponse, fetched, Arg(10)->Arg(1000));
BARNABAS_BENCHMARK_MESSAGE(MetadataResponse, metadata, Arg(10)->Arg(10000));
BARNABAS_BENCHMARK_MESSAGE(JoinGroupResponse, joined, Arg(1000));
BARNABAS_BENCHMARK_MESSAGE(SyncGroupRequest, synced, Arg(1000));
BARNABAS_BENCHMARK_MESSAGE(HeartbeatRequest, heartbeat, Arg(10));

// The topics of a Metadata response, of one version, by the plainest loops: one counts, one writes.
std::size_t count_topics_by_hand(const protocol::MetadataResponse& message) {
  std::size_t size = 0;
  for (const auto& topic : message.topics) {
    size += 2 + 1 + topic.name->size() + 16 + 1 + 1 + 4 + 1;
    for (const auto& partition : topic.partitions) {
      size += 2 + 3 * 4 + 3 + 4 * (partition.replica_nodes.size() + partition.isr_nodes.size()) + 1;
    }
  }
  return size;
}

void EncodeMetadataByHand(benchmark::State& state) {
  const Payload payload(state.range(0));
  const protocol::MetadataResponse message = metadata(payload);
  const auto put = [](std::byte*& at, auto value) {
    wire::store_big_endian(at, static_cast<std::make_unsigned_t<decltype(value)>>(value));
    at += sizeof value;
  };
  std::size_t size = 0;
  for (auto _ : state) {
    size = count_topics_by_hand(message);
    const std::unique_ptr<std::byte[]> frame(new std::byte[size]);
    std::byte* at = frame.get();
    for (const auto& topic : message.topics) {
      put(at, std::int16_t{0});
      *at++ = static_cast<std::byte>(topic.name->size() + 1);
      std::memcpy(at, topic.name->data(), topic.name->size());
      at += topic.name->size();
      put(at, static_cast<std::int64_t>(topic.topic_id.high()));
      put(at, static_cast<std::int64_t>(topic.topic_id.low()));
      *at++ = std::byte{0};
      *at++ = static_cast<std::byte>(topic.partitions.size() + 1);
      for (const auto& partition : topic.partitions) {
        put(at, std::int16_t{0});
        put(at, partition.partition_index);
        put(at, partition.leader_id);
        put(at, partition.leader_epoch);
        for (const auto* nodes : {&partition.replica_nodes, &partition.isr_nodes}) {
          *at++ = static_cast<std::byte>(nodes->size() + 1);
          for (const std::int32_t node : *nodes) put(at, node);
        }
        *at++ = std::byte{1};
        *at++ = std::byte{0};
      }
      put(at, topic.topic_authorized_operations);
      *at++ = std::byte{0};
    }
    benchmark::DoNotOptimize(frame.get());
    benchmark::ClobberMemory();
    if (at != frame.get() + size) state.SkipWithError("counted and written differ");
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(EncodeMetadataByHand)->Arg(10)->Arg(10000)->ArgName("partitions");

}  // namespace
