#include "tests/bench/programs/peer_engine.hpp"

#include "protocol/messages/api_versions.hpp"
#include "protocol/messages/fetch.hpp"
#include "protocol/messages/init_producer_id.hpp"
#include "protocol/messages/list_offsets.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/messages/produce.hpp"
#include "protocol/wire/big_endian.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <iostream>
#include <utility>

namespace barnabas::bench {
namespace {

using namespace protocol;  // NOLINT: messages, and nothing but messages, are what this file is
                           // about

constexpr std::int32_t first_node = 1;
constexpr std::size_t offset_size = 8;

// The first eight bytes of a batch say at which offset it lies and are under no checksum: a batch
// is served with eight bytes of its own and the rest of the prepared one.
using OwnOffsets = std::deque<std::array<std::byte, offset_size>>;

}  // namespace

PeerEngine::PeerEngine(network::Network& network, Options options)
    : network_(network), options_(std::move(options)) {}

void PeerEngine::on_accepted(const Now&, network::ConnectionId id, network::ListenerId,
                             const network::Address&) {
  readers_.try_emplace(id);
}

std::span<std::byte> PeerEngine::receive_buffer(network::ConnectionId id) {
  return readers_.at(id).receive_buffer();
}

void PeerEngine::on_closed(const Now&, network::ConnectionId id, Error) { readers_.erase(id); }

void PeerEngine::on_received(const Now&, network::ConnectionId id, std::size_t count) {
  network::FrameReader& reader = readers_.at(id);
  reader.received(count);
  for (;;) {
    const Result<std::optional<network::Frame>> frame = reader.next_frame();
    if (!frame || !*frame) return;
    const Result<wire::ReceivedRequest> request = wire::decode_request_header((*frame)->bytes);
    if (!request) {
      std::cerr << request.error() << '\n';
      network_.close(id);
      return;
    }
    answer(id, *request);
  }
}

template <class Response>
void PeerEngine::send(network::ConnectionId id, const wire::ReceivedRequest& request,
                      const Response& response, std::shared_ptr<const void> keep) {
  Result<wire::GatherBuffer> frame =
      wire::encode_response(response, request.version, request.correlation_id);
  if (!frame) {
    std::cerr << frame.error() << '\n';
    return;
  }
  if (keep) frame->keep_alive(std::move(keep));
  network_.write(id, std::move(*frame));
}

template <>
void PeerEngine::answer_with<ApiVersionsRequest>(network::ConnectionId id,
                                                 const wire::ReceivedRequest& request) {
  ApiVersionsResponse response;
  const auto serve = [&](ApiKey key) {
    const ApiDescriptor& api = *find_descriptor(key);
    ApiVersionsResponse::ApiVersion version;
    version.api_key = static_cast<std::int16_t>(key);
    version.min_version = api.advertised.min;
    version.max_version =
        std::min<std::int16_t>(api.advertised.max, key == ApiKey::Fetch ? 12 : api.advertised.max);
    if (key == ApiKey::Produce)
      version.max_version = std::min<std::int16_t>(version.max_version, 12);
    response.api_keys.push_back(version);
  };
  for (const ApiKey key : {ApiKey::Produce, ApiKey::Fetch, ApiKey::ListOffsets, ApiKey::Metadata,
                           ApiKey::ApiVersions, ApiKey::InitProducerId}) {
    serve(key);
  }
  wire::ReceivedRequest known = request;
  if (!ApiVersionsRequest::versions.contains(request.version)) {
    known.version = 0;
    response.error_code = ErrorCode::unsupported_version;
  }
  send(id, known, response);
}

template <>
void PeerEngine::answer_with<MetadataRequest>(network::ConnectionId id,
                                              const wire::ReceivedRequest& request) {
  const auto body = wire::decode_body<MetadataRequest>(request.body, request.version);
  if (!body) return network_.close(id);
  MetadataResponse response;
  const auto brokers = static_cast<std::int32_t>(options_.ports.size());
  for (std::int32_t index = 0; index < brokers; ++index) {
    MetadataResponse::MetadataResponseBroker broker;
    broker.node_id = first_node + index;
    broker.host = "127.0.0.1";
    broker.port = options_.ports[static_cast<std::size_t>(index)];
    response.brokers.push_back(broker);
  }
  response.controller_id = first_node;
  response.cluster_id = "bench";
  if (body->topics) {
    for (const auto& wanted : *body->topics) {
      MetadataResponse::MetadataResponseTopic topic;
      topic.name = wanted.name;
      topic.topic_id = Uuid(1, 2);
      for (std::int32_t index = 0; index < options_.partitions; ++index) {
        MetadataResponse::MetadataResponsePartition partition;
        partition.partition_index = index;
        const std::int32_t leader = first_node + index % brokers;
        partition.leader_id = leader;
        partition.leader_epoch = 0;
        partition.replica_nodes = {leader};
        partition.isr_nodes = {leader};
        topic.partitions.push_back(std::move(partition));
      }
      response.topics.push_back(std::move(topic));
    }
  }
  send(id, request, response);
}

template <>
void PeerEngine::answer_with<InitProducerIdRequest>(network::ConnectionId id,
                                                    const wire::ReceivedRequest& request) {
  InitProducerIdResponse response;
  response.producer_id = 1;
  response.producer_epoch = 0;
  send(id, request, response);
}

template <>
void PeerEngine::answer_with<ListOffsetsRequest>(network::ConnectionId id,
                                                 const wire::ReceivedRequest& request) {
  const auto body = wire::decode_body<ListOffsetsRequest>(request.body, request.version);
  if (!body) return network_.close(id);
  ListOffsetsResponse response;
  for (const auto& asked : body->topics) {
    ListOffsetsResponse::ListOffsetsTopicResponse topic;
    topic.name = asked.name;
    for (const auto& each : asked.partitions) {
      ListOffsetsResponse::ListOffsetsPartitionResponse partition;
      partition.partition_index = each.partition_index;
      partition.offset = each.timestamp == -1 ? options_.end_offset : 0;
      partition.leader_epoch = 0;
      topic.partitions.push_back(partition);
    }
    response.topics.push_back(std::move(topic));
  }
  send(id, request, response);
}

template <>
void PeerEngine::answer_with<ProduceRequest>(network::ConnectionId id,
                                             const wire::ReceivedRequest& request) {
  const auto body = wire::decode_body<ProduceRequest>(request.body, request.version);
  if (!body) return network_.close(id);
  if (body->acks == 0) return;
  ProduceResponse response;
  for (const auto& data : body->topic_data) {
    ProduceResponse::TopicProduceResponse topic;
    topic.name = data.name;
    for (const auto& each : data.partition_data) {
      ProduceResponse::PartitionProduceResponse partition;
      partition.index = each.index;
      partition.log_start_offset = 0;
      topic.partition_responses.push_back(partition);
    }
    response.responses.push_back(std::move(topic));
  }
  send(id, request, response);
}

template <>
void PeerEngine::answer_with<FetchRequest>(network::ConnectionId id,
                                           const wire::ReceivedRequest& request) {
  const auto body = wire::decode_body<FetchRequest>(request.body, request.version);
  if (!body) return network_.close(id);
  const auto offsets = std::make_shared<OwnOffsets>();
  const BytesView rest = std::span(options_.batch).subspan(offset_size);
  FetchResponse response;
  std::int64_t room = body->max_bytes;
  for (const auto& asked : body->topics) {
    FetchResponse::FetchableTopicResponse topic;
    topic.topic = asked.topic;
    for (const auto& each : asked.partitions) {
      FetchResponse::PartitionData partition;
      partition.partition_index = each.partition;
      partition.high_watermark = options_.end_offset;
      partition.last_stable_offset = options_.end_offset;
      partition.log_start_offset = 0;
      partition.records = wire::RecordSegments::none();
      const auto size = static_cast<std::int64_t>(options_.batch.size());
      std::int64_t left = std::min<std::int64_t>(each.partition_max_bytes, room);
      std::int64_t offset = each.fetch_offset - each.fetch_offset % options_.batch_records;
      for (bool first = room > 0; first || left >= size; first = false) {
        auto& own = offsets->emplace_back();
        wire::store_big_endian(own.data(), static_cast<std::uint64_t>(offset));
        partition.records.add(own);
        partition.records.add(rest);
        offset += options_.batch_records;
        left -= size;
        room -= size;
      }
      topic.partitions.push_back(std::move(partition));
    }
    response.responses.push_back(std::move(topic));
  }
  send(id, request, response, offsets);
}

void PeerEngine::answer(network::ConnectionId id, const wire::ReceivedRequest& request) {
  // NOLINTNEXTLINE: of the many APIs it serves six
  if (request.api->key == ApiKey::ApiVersions) return answer_with<ApiVersionsRequest>(id, request);
  if (request.api->key == ApiKey::Metadata) return answer_with<MetadataRequest>(id, request);
  if (request.api->key == ApiKey::Produce) return answer_with<ProduceRequest>(id, request);
  if (request.api->key == ApiKey::Fetch) return answer_with<FetchRequest>(id, request);
  if (request.api->key == ApiKey::ListOffsets) return answer_with<ListOffsetsRequest>(id, request);
  if (request.api->key == ApiKey::InitProducerId) {
    return answer_with<InitProducerIdRequest>(id, request);
  }
  std::cerr << "the sink does not serve " << request.api->name << '\n';
  network_.close(id);
}

}  // namespace barnabas::bench
