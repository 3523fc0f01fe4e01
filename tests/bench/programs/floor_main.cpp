// Contestant: the irreducible work and nothing else. Producing: encode into batches, checksum,
// write and read a socket. Consuming: read, check, iterate. One thread, no error handling beyond
// giving up.
//
//   bench_floor produce|consume [--batch-bytes N] [--name value]...

#include "protocol/base/crc32c.hpp"
#include "protocol/messages/fetch.hpp"
#include "protocol/messages/init_producer_id.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/messages/produce.hpp"
#include "protocol/network/frame_reader.hpp"
#include "protocol/records/batch_header.hpp"
#include "protocol/records/batch_reader.hpp"
#include "protocol/records/record_encoder.hpp"
#include "protocol/wire/big_endian.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tests/bench/programs/arguments.hpp"
#include "tests/bench/programs/meter.hpp"
#include "tests/bench/programs/payload.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace barnabas;
using namespace protocol;  // NOLINT: messages and nothing else

constexpr std::int16_t produce_version = 11;
constexpr std::int16_t fetch_version = 12;

/// A blocking connection that sends requests and reads answers.
class Stream {
 public:
  explicit Stream(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &peer.sin_addr);
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&peer), sizeof peer) != 0) {
      throw std::runtime_error("cannot connect to " + address);
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Stream() { ::close(socket_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  template <class Request>
  void send(const Request& request, std::int16_t version) {
    const wire::GatherBuffer frame =
        wire::encode_request(request, version, ++correlation_, "floor").value();
    std::vector<iovec> parts;
    frame.for_each_part([&](std::span<const std::byte> part) {
      parts.push_back({const_cast<std::byte*>(part.data()), part.size()});
    });
    for (std::size_t at = 0; at < parts.size();) {
      ssize_t sent = ::writev(socket_, parts.data() + at, static_cast<int>(parts.size() - at));
      if (sent < 0) throw std::runtime_error("cannot write");
      while (at < parts.size() && static_cast<std::size_t>(sent) >= parts[at].iov_len) {
        sent -= static_cast<ssize_t>(parts[at++].iov_len);
      }
      if (sent > 0) {
        parts[at].iov_base = static_cast<char*>(parts[at].iov_base) + sent;
        parts[at].iov_len -= static_cast<std::size_t>(sent);
      }
    }
  }

  /// The next answer; its bytes live until the next call.
  BytesView receive() {
    std::array<std::byte, 4> size{};
    fill(size.data(), size.size());
    const auto length = wire::load_big_endian<std::uint32_t>(size.data());
    if (buffer_.size() < length) buffer_.resize(length);
    fill(buffer_.data(), length);
    return {buffer_.data(), length};
  }
  template <class Response>
  Response receive_as(std::int16_t version) {
    const auto header = wire::decode_response_header(receive(), Response::api_key, version).value();
    return wire::decode_body<Response>(header.body, version).value();
  }

 private:
  void fill(std::byte* at, std::size_t count) {
    while (count != 0) {
      const ssize_t got = ::recv(socket_, at, count, MSG_WAITALL);
      if (got <= 0) throw std::runtime_error("the connection ended");
      at += got;
      count -= static_cast<std::size_t>(got);
    }
  }

  int socket_ = -1;
  std::int32_t correlation_ = 0;
  std::vector<std::byte> buffer_;
};

/// Encodes batches of one size and writes them, one a request, with at most five under way.
class Producing {
 public:
  explicit Producing(const bench::Arguments& arguments)
      : stream_(arguments.text("bootstrap")),
        topic_(arguments.text("topic")),
        partitions_(arguments.number("partitions")),
        value_(bench::payload(arguments.number("size"))),
        batch_bytes_(arguments.number("batch-bytes")),
        buffer_(batch_bytes_ + value_.size() + 256),
        sequences_(partitions_, 0) {
    constexpr std::int16_t version = 4;
    stream_.send(InitProducerIdRequest(), version);
    const auto identity = stream_.receive_as<InitProducerIdResponse>(version);
    header_.producer_id = identity.producer_id;
    header_.producer_epoch = identity.producer_epoch;
    wait_for_leaders();
  }

  void run(std::uint64_t messages) {
    while (messages != 0) {
      messages -= build(messages);
      send();
      if (++under_way_ == 5) take_answer();
      partition_ = (partition_ + 1) % partitions_;
    }
    while (under_way_ != 0) take_answer();
  }

 private:
  // A topic that was made just now may not have leaders yet.
  void wait_for_leaders() {
    constexpr int most_attempts = 200;
    for (partition_ = 0; partition_ < partitions_; ++partition_) {
      for (int attempt = 0;; ++attempt) {
        const std::int32_t sequence = sequences_[partition_];
        build(1);
        send();
        const ErrorCode code = answer();
        if (code == ErrorCode::none) break;
        if (attempt == most_attempts) throw std::runtime_error(std::string(name(code)));
        sequences_[partition_] = sequence;
        ::usleep(50'000);
      }
    }
    partition_ = 0;
  }

  void send() {
    ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 30'000;
    ProduceRequest::TopicProduceData topic;
    topic.name = topic_;
    ProduceRequest::PartitionProduceData data;
    data.index = static_cast<std::int32_t>(partition_);
    data.records = wire::RecordSegments(BytesView(buffer_.data(), size_));
    topic.partition_data.push_back(std::move(data));
    request.topic_data.push_back(std::move(topic));
    stream_.send(request, produce_version);
  }

  std::uint64_t build(std::uint64_t most) {
    using namespace std::chrono;
    records::NewRecord record;
    record.value = BytesView(value_);
    record.timestamp = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    const std::size_t bound = records::size_bound(record);
    std::byte* at = buffer_.data() + records::batch_header_size;
    std::int32_t count = 0;
    const std::byte* const last = buffer_.data() + batch_bytes_;
    while (static_cast<std::uint64_t>(count) < most && (count == 0 || at + bound <= last)) {
      at = records::encode_bounded(at, record, bound, 0, count++);
    }
    size_ = static_cast<std::size_t>(at - buffer_.data());
    header_.batch_length = static_cast<std::int32_t>(size_ - records::batch_prefix_size);
    header_.last_offset_delta = count - 1;
    header_.record_count = count;
    header_.base_timestamp = record.timestamp;
    header_.max_timestamp = record.timestamp;
    header_.base_sequence = sequences_[partition_];
    sequences_[partition_] += count;
    const auto front = std::span(buffer_).first<records::batch_header_size>();
    header_.write(front);
    header_.crc = records::compute_crc(BytesView(buffer_.data(), size_));
    header_.write(front);
    return static_cast<std::uint64_t>(count);
  }

  ErrorCode answer() {
    const auto response = stream_.receive_as<ProduceResponse>(produce_version);
    return response.responses.at(0).partition_responses.at(0).error_code;
  }

  void take_answer() {
    const ErrorCode code = answer();
    if (code != ErrorCode::none) throw std::runtime_error(std::string(name(code)));
    --under_way_;
  }

  Stream stream_;
  std::string topic_;
  std::uint64_t partitions_;
  std::string value_;
  std::size_t batch_bytes_;
  std::vector<std::byte> buffer_;
  std::size_t size_ = 0;
  records::BatchHeader header_;
  std::vector<std::int32_t> sequences_;
  std::uint64_t partition_ = 0;
  int under_way_ = 0;
};

void produce(const bench::Arguments& arguments) {
  Producing producing(arguments);
  producing.run(arguments.number("warmup"));
  const std::uint64_t messages = arguments.number("messages");
  bench::Meter meter("floor");
  meter.start();
  producing.run(messages);
  meter.stop();
  meter.print(messages, messages * arguments.number("size"));
}

void consume(const bench::Arguments& arguments) {
  Stream stream(arguments.text("bootstrap"));
  std::vector<std::int64_t> positions(arguments.number("partitions"), 0);
  const auto fetch = [&] {
    FetchRequest request;
    request.max_wait_ms = 500;
    request.min_bytes = 1;
    request.max_bytes = 50 << 20;
    request.session_epoch = -1;
    FetchRequest::FetchTopic topic;
    topic.topic = arguments.text("topic");
    for (std::size_t i = 0; i < positions.size(); ++i) {
      FetchRequest::FetchPartition partition;
      partition.partition = static_cast<std::int32_t>(i);
      partition.fetch_offset = positions[i];
      partition.partition_max_bytes = 1 << 20;
      topic.partitions.push_back(partition);
    }
    request.topics.push_back(std::move(topic));
    stream.send(request, fetch_version);
  };
  const std::uint64_t warmup = arguments.number("warmup");
  const std::uint64_t wanted = warmup + arguments.number("messages");
  compression::Decompressor decompressor;
  ByteBuffer storage;
  bench::Meter meter("floor");
  std::uint64_t seen = 0;
  std::uint64_t from = 0;
  std::uint64_t bytes = 0;
  while (seen < wanted) {
    fetch();
    const auto response = stream.receive_as<FetchResponse>(fetch_version);
    for (const auto& topic : response.responses) {
      for (const auto& partition : topic.partitions) {
        if (partition.error_code != ErrorCode::none) throw std::runtime_error("refused");
        std::int64_t& position = positions.at(static_cast<std::size_t>(partition.partition_index));
        records::BatchReader batches(partition.records.contiguous());
        for (records::BatchView batch; batches.next(batch);) {
          records::RecordReader reader = records::open_batch(batch, decompressor, storage).value();
          for (records::RecordView record; reader.next(record);) {
            if (record.offset < position) continue;
            bytes += record.value->size();
            ++seen;
          }
          position = batch.next_offset();
        }
      }
    }
    if (!meter.running() && seen >= warmup) {
      from = seen;
      bytes = 0;
      meter.start();
    }
  }
  meter.stop();
  meter.print(seen - from, bytes);
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_contestant(argc, argv, {{"produce", produce}, {"consume", consume}});
}
