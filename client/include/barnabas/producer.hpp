#pragma once

#include <barnabas/delivery.hpp>
#include <barnabas/future.hpp>
#include <barnabas/partition_info.hpp>
#include <barnabas/producer_config.hpp>
#include <barnabas/producer_metrics.hpp>
#include <barnabas/record.hpp>
#include <barnabas/result.hpp>
#include <barnabas/runtime.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas {

namespace client {
class ProducerTopic;
}

/// A topic that a producer has looked up, for sending to it without looking it up again.
/// Lifetime: may outlive its producer; sending then fails with `closed`.
/// Thread-safety: immutable; may be used from several threads.
class Topic {
 public:
  const std::string& name() const noexcept;

 private:
  friend class Producer;
  explicit Topic(std::shared_ptr<client::ProducerTopic> topic) noexcept
      : topic_(std::move(topic)) {}

  std::shared_ptr<client::ProducerTopic> topic_;
};

template <class Function>
concept DeliveryCallable = std::invocable < Function&,
        const Result<Delivery>
& > ;

/// Sends records to topics.
///
///   barnabas::Producer producer("localhost:9092");
///   producer.send("greetings", "hello world");
///   producer.flush().value();
///
/// `send` copies the record into the open batch of its partition and returns; the I/O thread sends
/// batches when they are full or have lingered, up to five requests at a time to each broker,
/// and repeats what fails for a passing reason. By default a record counts as delivered when all
/// in-sync replicas have it, is stored once, and in the order of the calls of `send` to its
/// partition (acks=all, idempotence).
///
/// What became of a record is told by the future or the callback given to `send`, and whatever
/// became of the future, `flush` and `close` report that something was not delivered.
/// Neither `send` nor a topic's handle waits for metadata: records of a topic that is not known yet
/// are kept, within the buffer memory, for up to max.block.ms.
/// Thread-safety: all members but move and destruction may be called from several threads. Blocking
/// calls from within a callback of this client fail with invalid_state.
class Producer {
 public:
  using Timeout = std::chrono::nanoseconds;

  /// Does no I/O. Errors: throws Exception when an argument is not valid.
  explicit Producer(std::string_view bootstrap_servers);
  explicit Producer(const ProducerConfig& config);
  Producer(const Runtime& runtime, const ProducerConfig& config);
  /// The same without exceptions. Errors: invalid_property, io_error.
  static Result<Producer> create(const ProducerConfig& config);
  static Result<Producer> create(const Runtime& runtime, const ProducerConfig& config);

  Producer(Producer&&) noexcept;
  Producer& operator=(Producer&&) noexcept;
  /// close(), with the error thrown away; takes at most close.timeout.ms.
  ~Producer();

  // --- Sending
  //
  // Errors of a record, in its future or callback: buffer_full; message_too_large;
  // unknown_topic_or_partition (no metadata for max.block.ms, or an explicit partition that does
  // not exist); invalid_topic_exception; invalid_argument; delivery_timed_out; authorization
  // errors; invalid_record (the broker's reason in the context; other records of the same batch end
  // with operation_not_attempted); whatever else the broker refuses with; closed; cancelled.

  /// The topic's handle. Costs a look-up in a table and no I/O. A name that is no valid topic name
  /// makes sending fail with invalid_topic_exception.
  Topic topic(std::string_view name);

  Future<Delivery> send(std::string_view topic, std::optional<BytesView> value);
  Future<Delivery> send(std::string_view topic, std::optional<BytesView> key,
                        std::optional<BytesView> value);
  Future<Delivery> send(const Record& record);
  template <DeliveryCallable Callback>
  void send(const Record& record, Callback&& callback) {
    send_with(record, DeliveryCallback(std::forward<Callback>(callback)));
  }
  void send(const Record& record, const DeliveryHandler& handler);

  /// The fast path: no allocation, no system call and no wake per record.
  Future<Delivery> send(const Topic& topic, const RecordView& record);
  template <DeliveryCallable Callback>
  void send(const Topic& topic, const RecordView& record, Callback&& callback) {
    send_with(topic, record, DeliveryCallback(std::forward<Callback>(callback)));
  }
  void send(const Topic& topic, const RecordView& record, const DeliveryHandler& handler);

  /// Sends the records in order, as one `send` for each of them would. For records without key,
  /// headers and a timestamp of their own that is cheaper: what a record costs whatever its size is
  /// paid once for up to 64 of them, which then have the same timestamp. Without a handler `flush`
  /// tells whether any failed.
  void send_all(const Topic& topic, std::span<const RecordView> records);
  void send_all(const Topic& topic, std::span<const RecordView> records,
                const DeliveryHandler& handler);

  Future<Delivery> send(const Topic& topic, std::optional<BytesView> key,
                        std::optional<BytesView> value) {
    return send(topic, RecordView(key, value));
  }
  template <DeliveryCallable Callback>
  void send(const Topic& topic, std::optional<BytesView> key, std::optional<BytesView> value,
            Callback&& callback) {
    send_with(topic, RecordView(key, value), DeliveryCallback(std::forward<Callback>(callback)));
  }
  void send(const Topic& topic, std::optional<BytesView> key, std::optional<BytesView> value,
            const DeliveryHandler& handler) {
    send(topic, RecordView(key, value), handler);
  }

  /// Ends when a record of `bytes` bytes could be accepted: with WhenFull::fail, `send` fails with
  /// buffer_full, `co_await producer.room(size)`, and try again. Errors: closed;
  /// message_too_large when that can never be.
  Future<void> room(std::size_t bytes = 1);

  // --- Waiting

  /// Sends everything at once, lingering batches included, and waits until every record sent before
  /// this call has its outcome and its callback has returned. Without a limit it ends nevertheless,
  /// by delivery.timeout.ms. Other threads may go on sending.
  /// Errors: when any record failed since the last flush, the first such error, with their number
  /// in the context; timed_out.
  Result<void> flush(std::optional<Timeout> limit = std::nullopt);
  Future<void> flush_async();

  /// Gives up everything that is not delivered yet: it ends with `cancelled`. What is under way may
  /// be stored nevertheless. The producer goes on.
  void purge();

  /// Flushes, and ends all connections. Later calls fail with `closed`. At most `timeout`, or
  /// close.timeout.ms; records without an outcome by then end with `closed`.
  /// Errors: as flush.
  Result<void> close(std::optional<Timeout> timeout = std::nullopt);

  // --- Looking things up

  /// The partitions of a topic, in order. Errors: timed_out, unknown_topic_or_partition,
  /// authorization, closed. Default limit: max.block.ms.
  Result<std::vector<PartitionInfo>> partitions_for(std::string_view topic,
                                                    std::optional<Timeout> limit = std::nullopt);
  Future<std::vector<PartitionInfo>> partitions_for_async(std::string_view topic);

  ProducerMetrics metrics() const;

 private:
  class Impl;
  explicit Producer(std::unique_ptr<Impl> impl) noexcept;
  void send_with(const Record& record, DeliveryCallback callback);
  void send_with(const Topic& topic, const RecordView& record, DeliveryCallback callback);

  std::unique_ptr<Impl> impl_;
};

}  // namespace barnabas
