#pragma once

#include <barnabas/consumer.hpp>
#include <barnabas/deserializer.hpp>
#include <barnabas/records.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace barnabas {

namespace detail {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {
  using Value = T;
};

/// Null becomes an empty optional where T is one, and an error elsewhere.
template <class T, class Deserializer>
Result<T> decode(const Deserializer& deserializer, std::optional<BytesView> bytes) {
  if constexpr (is_optional<T>::value) {
    if (!bytes) return T();
    Result<typename is_optional<T>::Value> decoded = deserializer.deserialize(*bytes);
    if (!decoded) return std::move(decoded).error();
    return T(*std::move(decoded));
  } else {
    if (!bytes) return Error(ErrorCode::serialization_failed, "null where a value is expected");
    return deserializer.deserialize(*bytes);
  }
}

template <class T>
struct DeserializerFor {
  using Type = DefaultDeserializer<T>;
};
template <class T>
struct DeserializerFor<std::optional<T>> {
  using Type = DefaultDeserializer<T>;
};

}  // namespace detail

/// A record with key and value decoded. What could not be decoded is an error value beside the raw
/// record. `const auto& [key, value] = record` gives both results.
/// Lifetime: as ConsumerRecord. Thread-safety: a value.
template <class Key, class Value>
class TypedRecord {
 public:
  TypedRecord(ConsumerRecord record, Result<Key> key, Result<Value> value)
      : record_(std::move(record)), key_(std::move(key)), value_(std::move(value)) {}

  const Result<Key>& key() const noexcept { return key_; }
  const Result<Value>& value() const noexcept { return value_; }
  /// Topic, partition, offset, timestamp, headers and the bytes.
  const ConsumerRecord& raw() const noexcept { return record_; }

  template <std::size_t Index>
  const auto& get() const noexcept {
    static_assert(Index < 2);
    if constexpr (Index == 0) {
      return key_;
    } else {
      return value_;
    }
  }

 private:
  ConsumerRecord record_;
  Result<Key> key_;
  Result<Value> value_;
};

/// Reads a consumer's records decoded:
///
///   for (const auto& [key, order] : barnabas::typed<std::string, Order>(consumer, {}, json)) ...
///
/// Key and Value may be std::optional, for data with nulls.
/// Lifetime: refers to the consumer, which outlives it. Thread-safety: the consumer's.
template <class Key, class Value,
          class KeyDeserializer = typename detail::DeserializerFor<Key>::Type,
          class ValueDeserializer = typename detail::DeserializerFor<Value>::Type>
class TypedConsumer {
 public:
  using Record = TypedRecord<Key, Value>;

  explicit TypedConsumer(Consumer& consumer, KeyDeserializer key = {}, ValueDeserializer value = {})
      : consumer_(&consumer), key_(std::move(key)), value_(std::move(value)) {}

  Consumer& consumer() const noexcept { return *consumer_; }
  /// Decodes one record.
  Record decode(const ConsumerRecord& record) const {
    return Record(record, detail::decode<Key>(key_, record.key_bytes()),
                  detail::decode<Value>(value_, record.value_bytes()));
  }
  /// As Consumer::poll.
  Result<std::vector<Record>> poll(Consumer::Timeout timeout) {
    Result<Records> raw = consumer_->poll(timeout);
    if (!raw) return std::move(raw).error();
    std::vector<Record> records;
    records.reserve(raw->size());
    for (const ConsumerRecord& record : *raw) records.push_back(decode(record));
    return records;
  }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Record;
    using difference_type = std::ptrdiff_t;
    using pointer = const Record*;
    using reference = const Record&;

    reference operator*() const noexcept { return *record_; }
    pointer operator->() const noexcept { return &*record_; }
    Iterator& operator++() {
      ++at_;
      load();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& at, std::default_sentinel_t) noexcept {
      return !at.record_;
    }

   private:
    friend class TypedConsumer;
    Iterator(const TypedConsumer& typed, Consumer::Iterator at)
        : typed_(&typed), at_(std::move(at)) {
      load();
    }
    void load() {
      record_.reset();
      if (at_ != std::default_sentinel) record_.emplace(typed_->decode(*at_));
    }

    const TypedConsumer* typed_;
    Consumer::Iterator at_;
    std::optional<Record> record_;
  };
  /// As Consumer::begin.
  Iterator begin() const { return Iterator(*this, consumer_->begin()); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  Consumer* consumer_;
  KeyDeserializer key_;
  ValueDeserializer value_;
};

/// A typed view of `consumer`; without deserializers the default ones of the types.
template <class Key, class Value,
          class KeyDeserializer = typename detail::DeserializerFor<Key>::Type,
          class ValueDeserializer = typename detail::DeserializerFor<Value>::Type>
TypedConsumer<Key, Value, KeyDeserializer, ValueDeserializer> typed(Consumer& consumer,
                                                                    KeyDeserializer key = {},
                                                                    ValueDeserializer value = {}) {
  return TypedConsumer<Key, Value, KeyDeserializer, ValueDeserializer>(consumer, std::move(key),
                                                                       std::move(value));
}

}  // namespace barnabas

template <class Key, class Value>
struct std::tuple_size<barnabas::TypedRecord<Key, Value>> : std::integral_constant<std::size_t, 2> {
};
template <class Key, class Value>
struct std::tuple_element<0, barnabas::TypedRecord<Key, Value>> {
  using type = const barnabas::Result<Key>;
};
template <class Key, class Value>
struct std::tuple_element<1, barnabas::TypedRecord<Key, Value>> {
  using type = const barnabas::Result<Value>;
};
