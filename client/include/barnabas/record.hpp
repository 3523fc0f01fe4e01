#pragma once

#include <barnabas/bytes.hpp>
#include <barnabas/header_view.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace barnabas {

/// Milliseconds since 1970-01-01 UTC, as records carry them.
using RecordTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Instead of a partition's number: the partitioner chooses.
inline constexpr std::int32_t any_partition = -1;

/// What is sent to a topic, as views: for the fast path, together with a Topic handle. `send`
/// copies the bytes once, into the batch, before it returns.
/// Null and empty differ: a null value is a tombstone in a compacted topic.
/// Lifetime: the bytes belong to the caller and outlive the call that is given the view.
struct RecordView {
  std::optional<BytesView> key;
  std::optional<BytesView> value;
  /// In order; keys may repeat and values may be null.
  std::span<const HeaderView> headers;
  std::int32_t partition = any_partition;
  /// Not before 1970. Default: the time of `send`.
  std::optional<RecordTime> timestamp;

  RecordView() = default;
  template <class Bytes>
  requires(std::convertible_to<const Bytes&, BytesView> && !std::same_as<Bytes, RecordView>)
      /*implicit*/ RecordView(const Bytes& record_value)
      : value(record_value) {}
  RecordView(std::optional<BytesView> record_key, std::optional<BytesView> record_value)
      : key(record_key), value(record_value) {}
};

/// A record to be sent, built up by chained setters:
///
///   producer.send(barnabas::Record("orders").key("42").value(json).header("trace", id));
///
/// It owns a copy of what it was given, so it may be kept, returned and sent again. Key and value
/// are null until they are set. Sending many, a Topic handle and views save that copy.
/// Thread-safety: a value.
class Record {
 public:
  explicit Record(std::string_view topic) : topic_(topic) {}

  /// std::nullopt: null.
  Record& key(std::optional<BytesView> bytes) { return key_ = own(bytes), *this; }
  Record& value(std::optional<BytesView> bytes) { return value_ = own(bytes), *this; }
  /// Appends a header: a UTF-8 key, which may repeat, and a value that may be null.
  Record& header(std::string_view name, std::optional<BytesView> bytes) {
    headers_.emplace_back(name, own(bytes));
    return *this;
  }
  /// Not before 1970. Default: the time of `send`.
  Record& timestamp(RecordTime time) { return timestamp_ = time, *this; }
  Record& timestamp(std::chrono::system_clock::time_point time) {
    return timestamp(std::chrono::floor<std::chrono::milliseconds>(time));
  }
  /// 0 to the topic's number of partitions - 1. Default: the partitioner chooses.
  Record& partition(std::int32_t number) { return partition_ = number, *this; }

  struct Header {
    std::string key;
    std::optional<std::string> value;

    Header(std::string_view header_key, std::optional<std::string> header_value)
        : key(header_key), value(std::move(header_value)) {}
  };

  const std::string& topic() const noexcept { return topic_; }
  const std::optional<std::string>& key() const noexcept { return key_; }
  const std::optional<std::string>& value() const noexcept { return value_; }
  const std::vector<Header>& headers() const noexcept { return headers_; }
  const std::optional<RecordTime>& timestamp() const noexcept { return timestamp_; }
  std::int32_t partition() const noexcept { return partition_; }

 private:
  static std::optional<std::string> own(std::optional<BytesView> bytes) {
    return bytes ? std::optional<std::string>(bytes->text()) : std::nullopt;
  }

  std::string topic_;
  std::optional<std::string> key_;
  std::optional<std::string> value_;
  std::vector<Header> headers_;
  std::optional<RecordTime> timestamp_;
  std::int32_t partition_ = any_partition;
};

}  // namespace barnabas
