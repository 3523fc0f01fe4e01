#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/produce_requests.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/api_versions.hpp"
#include "protocol/messages/init_producer_id.hpp"

#include <array>

// Produce, and InitProducerId with it.

namespace barnabas::differential {
namespace {

using protocol::ApiVersionsRequest;
using protocol::InitProducerIdRequest;
using protocol::ProduceRequest;
using test::make_batch;
using test::numbered_records;

constexpr std::array codecs{Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd};

using Bytes = std::vector<std::byte>;

// Places of fields in a batch.
constexpr std::size_t base_offset_at = 0, length_at = 8, epoch_at = 12, magic_at = 16, crc_at = 17,
                      attributes_at = 21, last_delta_at = 23, base_time_at = 27, max_time_at = 35,
                      producer_at = 43, producer_epoch_at = 51, sequence_at = 53, count_at = 57;

template <class Number>
void put(Bytes& batch, std::size_t at, Number value) {
  wire::store_big_endian(batch.data() + at, static_cast<std::make_unsigned_t<Number>>(value));
}

void renew_crc(Bytes& batch) { put(batch, crc_at, records::compute_crc(batch)); }

/// A batch of three records with one field changed, and the checksum right again.
template <class Number>
Bytes changed(std::size_t at, Number value) {
  Bytes batch = make_batch(numbered_records(3));
  put(batch, at, value);
  renew_crc(batch);
  return batch;
}

}  // namespace

void producing(World& world) {
  Client client(world);
  for_each_version<ProduceRequest>([&](std::int16_t version) {
    const KnownTopic topic = make_topic(world, "produce", 2);
    const auto ask = [&](std::string_view step, const KnownTopic& to, std::int32_t partition,
                         wire::RecordSegments records, std::int16_t acks = -1) {
      client.ask<ProduceRequest>(step, version, [&](Side side) {
        return produce_to(to, partition, records, side, version, acks);
      });
    };
    for (const Codec codec : codecs) {
      const Compression compression(codec);
      const Bytes batch = make_batch(numbered_records(5), compression);
      ask("codec " + compression.to_string(), topic, 0, BytesView(batch));
    }
    const Bytes batch = make_batch(numbered_records(3));
    ask("acks 1", topic, 1, BytesView(batch), 1);
    ask("acks 2", topic, 1, BytesView(batch), 2);
    ask("acks -2", topic, 1, BytesView(batch), -2);
    ask("unknown partition", topic, 2, BytesView(batch));
    ask("negative partition", topic, -1, BytesView(batch));
    ask("partition 2^31-1", topic, 2147483647, BytesView(batch));
    const KnownTopic unknown{"no-such-topic", {Uuid(5, 6), Uuid(5, 6)}};
    ask("unknown topic", unknown, 0, BytesView(batch));
    ask("no topic", KnownTopic{"", {}}, 0, BytesView(batch));
    if (version < first_produce_by_id) {
      ask("a bad name", KnownTopic{"a b", {}}, 0, BytesView(batch));
      ask("the offsets topic", KnownTopic{"__consumer_offsets", {}}, 0, BytesView(batch));
    }
    client.ask<ProduceRequest>("two partitions, one unknown", version, [&](Side side) {
      ProduceRequest request = produce_to(topic, 0, BytesView(batch), side, version);
      auto& more = request.topic_data.front().partition_data.emplace_back();
      more.index = 7;
      more.records = BytesView(batch);
      return request;
    });
    client.ask<ProduceRequest>("a transactional id", version, [&](Side side) {
      ProduceRequest request = produce_to(topic, 0, BytesView(batch), side, version);
      request.transactional_id = "transaction";
      return request;
    });
    // Nobody answers these; the next request shows whether the connection is still there.
    const auto unacknowledged = [&](std::string_view step, const KnownTopic& to,
                                    std::int32_t partition) {
      client.begin<ProduceRequest>(version, [&](Side side) {
        return produce_to(to, partition, BytesView(batch), side, version, 0);
      });
      client.ask<ApiVersionsRequest>(step, 0, ApiVersionsRequest());
    };
    unacknowledged("acks 0, then ApiVersions", topic, 0);
    unacknowledged("acks 0 to an unknown partition, then ApiVersions", topic, 9);
    unacknowledged("acks 0 to an unknown topic, then ApiVersions", unknown, 0);
    ask("the offset after all this", topic, 0, BytesView(batch));
    const KnownTopic twice = make_topic(world, "produce", 1);
    client.ask<ProduceRequest>("a partition twice", version, [&](Side side) {
      ProduceRequest request = produce_to(twice, 0, BytesView(batch), side, version);
      auto& partitions = request.topic_data.front().partition_data;
      partitions.push_back(partitions.front());
      return request;
    });
  });
}

void refused_batches(World& world) {
  Client client(world);
  for (const std::int16_t version : Versions{3, 7, 8, 12, 13}) {
    // Each batch goes to a partition of its own, so that what one broker takes and the other
    // refuses has no consequences for the next.
    const KnownTopic topic = make_topic(world, "refused", 60);
    std::int32_t next = 0;
    const auto ask_topic = [&](std::string_view step, const KnownTopic& to,
                               wire::RecordSegments records) {
      const std::int32_t partition = to.name == topic.name ? next++ : 0;
      client.ask<ProduceRequest>(step, version, [&](Side side) {
        return produce_to(to, partition, records, side, version);
      });
    };
    const auto ask = [&](std::string_view step, const Bytes& batch) {
      ask_topic(step, topic, BytesView(batch));
    };
    const Bytes good = make_batch(numbered_records(3));
    client.set_patience(std::chrono::milliseconds(1500));
    if (version == 3 || version == 13) {  // Apache Kafka leaves this without an answer
      ask_topic("null records", topic, wire::RecordSegments());
    }
    client.set_patience(std::chrono::seconds(10));
    ask_topic("empty records", topic, wire::RecordSegments::none());
    Bytes two = good;
    two.insert(two.end(), good.begin(), good.end());
    ask("two batches", two);
    Bytes cut = good;
    cut.pop_back();
    ask("cut short", cut);
    cut.resize(30);
    ask("cut within the header", cut);
    Bytes longer = good;
    longer.push_back(std::byte{0});
    ask("a byte behind the batch", longer);
    Bytes wrong_crc = good;
    wrong_crc.back() ^= std::byte{1};
    ask("a wrong checksum", wrong_crc);
    for (const int magic : {0, 1, 3, -1}) {
      ask("magic " + std::to_string(magic), changed(magic_at, static_cast<std::int8_t>(magic)));
    }
    ask("length 0", changed(length_at, 0));
    ask("length -1", changed(length_at, -1));
    ask("length of the header alone", changed(length_at, 49));
    ask("a length beyond the data", changed(length_at, 10000));
    for (const std::int16_t codec : std::initializer_list<std::int16_t>{1, 2, 3, 4, 5, 7}) {
      ask("codec " + std::to_string(codec) + " that it is not", changed(attributes_at, codec));
    }
    ask("log append time by the producer", changed(attributes_at, std::int16_t{0x08}));
    ask("transactional", changed(attributes_at, std::int16_t{0x10}));
    ask("a control batch", changed(attributes_at, std::int16_t{0x20}));
    ask("a delete horizon", changed(attributes_at, std::int16_t{0x40}));
    ask("unused attributes", changed(attributes_at, std::int16_t{0x180}));
    ask("count 0", changed(count_at, 0));
    ask("count -1", changed(count_at, -1));
    ask("count 2 of 3", changed(count_at, 2));
    ask("count 4 of 3", changed(count_at, 4));
    ask("last offset delta 1 of 2", changed(last_delta_at, 1));
    ask("last offset delta 3 of 2", changed(last_delta_at, 3));
    ask("last offset delta -1", changed(last_delta_at, -1));
    ask("base offset 77", changed(base_offset_at, std::int64_t{77}));
    ask("base offset -1", changed(base_offset_at, std::int64_t{-1}));
    ask("leader epoch 9", changed(epoch_at, 9));
    ask("a maximum time that is too small", changed(max_time_at, std::int64_t{5}));
    ask("a base time of -1", changed(base_time_at, std::int64_t{-1}));
    ask("producer id without epoch", changed(producer_at, std::int64_t{5}));
    ask("producer epoch without id", changed(producer_epoch_at, std::int16_t{5}));
    ask("sequence without producer id", changed(sequence_at, 5));
    Bytes inside = good;
    inside[records::batch_header_size] ^= std::byte{0x10};  // the first record's length
    renew_crc(inside);
    ask("a record of the wrong length", inside);
    inside = good;
    inside[records::batch_header_size + 1] = std::byte{5};  // the first record's attributes
    renew_crc(inside);
    ask("record attributes", inside);
    inside = good;
    inside[records::batch_header_size + 3] = std::byte{8};  // the first record's offset delta
    renew_crc(inside);
    ask("a first offset delta of 4", inside);
    const Compression gzip = barnabas::gzip();
    Bytes broken = make_batch(numbered_records(3), gzip);
    broken[records::batch_header_size + 12] ^= std::byte{0xFF};
    renew_crc(broken);
    ask("damaged gzip", broken);
    Bytes compressed = make_batch(numbered_records(3), gzip);
    put(compressed, count_at, 2);
    renew_crc(compressed);
    ask("gzip, count 2 of 3", compressed);
    compressed = make_batch(numbered_records(3), gzip);
    put(compressed, last_delta_at, 5);
    renew_crc(compressed);
    ask("gzip, last offset delta 5 of 2", compressed);
    // Each record's time may be at most so far from the broker's.
    const KnownTopic strict = make_topic(world, "strict", 1,
                                         {{"message.timestamp.before.max.ms", "3600000"},
                                          {"message.timestamp.after.max.ms", "3600000"}});
    ask_topic("records that are too old", strict, BytesView(good));
    const Bytes future = make_batch(numbered_records(2, 9'000'000'000'000));
    ask_topic("records of the future", strict, BytesView(future));
    const KnownTopic small = make_topic(world, "small", 1, {{"max.message.bytes", "80"}});
    ask_topic("larger than max.message.bytes", small, BytesView(good));
    const KnownTopic compacted = make_topic(world, "compacted", 1, {{"cleanup.policy", "compact"}});
    std::vector<test::OwnedRecord> keyless = numbered_records(3);
    keyless[1].key.reset();
    const Bytes no_key = make_batch(keyless);
    ask_topic("a record without key to a compacted topic", compacted, BytesView(no_key));
    const KnownTopic appended =
        make_topic(world, "appended", 1, {{"message.timestamp.type", "LogAppendTime"}});
    ask_topic("log append time", appended, BytesView(good));
  }
}

void producer_ids(World& world) {
  Client client(world);
  for_each_version<InitProducerIdRequest>([&](std::int16_t version) {
    InitProducerIdRequest request;
    request.transaction_timeout_ms = 60000;
    client.ask<InitProducerIdRequest>("a new id", version, request);
    request.transaction_timeout_ms = 0;
    client.ask<InitProducerIdRequest>("timeout 0", version, request);
    request.transaction_timeout_ms = -1;
    client.ask<InitProducerIdRequest>("timeout -1", version, request);
    request.transaction_timeout_ms = 60000;
    request.transactional_id = "";
    client.ask<InitProducerIdRequest>("an empty transactional id", version, request);
    request.transactional_id = std::nullopt;
    if (version < 3) return;
    request.producer_id = 5;
    client.ask<InitProducerIdRequest>("an id without epoch", version, request);
    request.producer_epoch = 3;
    client.ask<InitProducerIdRequest>("an id and epoch", version, request);
    request.producer_id = -1;
    client.ask<InitProducerIdRequest>("an epoch without id", version, request);
  });
}

void sequences(World& world) {
  Client client(world);
  for (const std::int16_t version : Versions{7, 11, 13}) {
    const KnownTopic topic = make_topic(world, "sequence", 2);
    InitProducerIdRequest init;
    init.transaction_timeout_ms = 60000;
    const auto made = client.ask<InitProducerIdRequest>("an id", 4, init);
    Both<std::int64_t> producer;
    for (const Side side : sides) producer[side] = made[side].message.value().producer_id;
    const auto send = [&](std::string_view step, std::int16_t epoch, std::int32_t sequence,
                          std::int32_t count, std::int32_t partition = 0) {
      Both<Bytes> batches;
      for (const Side side : sides) {
        batches[side] =
            make_batch(numbered_records(count), {}, {producer[side], epoch, sequence, false});
      }
      client.ask<ProduceRequest>(step, version, [&](Side side) {
        return produce_to(topic, partition, BytesView(batches[side]), side, version);
      });
    };
    send("a first sequence that is not 0", 0, 5, 2, 1);
    send("the first batch", 0, 0, 2);
    send("the first batch again", 0, 0, 2);
    send("a gap", 0, 3, 2);
    send("half of the first batch", 0, 0, 1);
    send("overlapping", 0, 1, 2);
    send("the second batch", 0, 2, 2);
    send("the first batch, late", 0, 0, 2);
    for (std::int32_t i = 2; i < 8; ++i) send("further batches", 0, 2 * i, 2);
    send("a duplicate of long ago", 0, 0, 2);
    send("a duplicate that is the fifth last", 0, 6, 2);
    send("a duplicate that is the last", 0, 14, 2);
    send("a newer epoch, sequence not 0", 1, 16, 2);
    send("a newer epoch", 1, 0, 2);
    send("an older epoch", 0, 16, 2);
    send("an older epoch, duplicate", 0, 14, 2);
    send("the newer epoch goes on", 1, 2, 2);
    send("a negative sequence", 1, -2, 2);
    for (const Side side : sides) producer[side] = 987654321;
    send("an id that nobody gave out", 0, 0, 2);
    send("an id that nobody gave out, sequence 5", 0, 5, 2);
    for (const Side side : sides) producer[side] = 987654322;
    send("an id that nobody gave out, sequence 5 first", 0, 5, 2);
    for (const Side side : sides) producer[side] = 987654323;
    send("the greatest sequence", 0, 2147483646, 2, 1);
    send("after the greatest sequence", 0, 0, 2, 1);
  }
}

}  // namespace barnabas::differential
