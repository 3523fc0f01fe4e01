#pragma once

#include <barnabas/producer.hpp>
#include <barnabas/serializer.hpp>

#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace barnabas {

namespace detail {

template <class T>
using Serialize = std::function<Result<void>(const T&, Buffer&)>;

template <class T, class Serializer>
Serialize<T> erase_serializer(Serializer serializer) {
  static_assert(SerializerOf<Serializer, T>, "needs serialize(const T&, Buffer&) const");
  return [serializer = std::move(serializer)](const T& value, Buffer& out) -> Result<void> {
    if constexpr (std::is_void_v<decltype(serializer.serialize(value, out))>) {
      serializer.serialize(value, out);
      return {};
    } else {
      return serializer.serialize(value, out);
    }
  };
}

}  // namespace detail

/// Sends keys and values of the application's own types:
///
///   barnabas::TypedProducer<std::string, Order> orders(producer, barnabas::text, json<Order>());
///   orders.send("orders", order.customer, order);
///
/// std::nullopt stands for null. A value that its serializer refuses is not sent: its future has
/// that error.
/// Lifetime: refers to the producer, which outlives it. Thread-safety: as Producer.
template <class Key, class Value>
class TypedProducer {
 public:
  template <class KeySerializer = DefaultSerializer<Key>,
            class ValueSerializer = DefaultSerializer<Value>>
  explicit TypedProducer(Producer& producer, KeySerializer key = {}, ValueSerializer value = {})
      : producer_(&producer),
        key_(detail::erase_serializer<Key>(std::move(key))),
        value_(detail::erase_serializer<Value>(std::move(value))) {}

  Producer& producer() const noexcept { return *producer_; }

  Future<Delivery> send(std::string_view topic, const std::optional<Key>& key,
                        const std::optional<Value>& value) {
    return send(producer_->topic(topic), key, value);
  }
  Future<Delivery> send(std::string_view topic, const std::optional<Value>& value) {
    return send(topic, std::nullopt, value);
  }
  Future<Delivery> send(const Topic& topic, const std::optional<Key>& key,
                        const std::optional<Value>& value) {
    return with_bytes(key, value, [&](const Result<RecordView>& record) {
      if (!record) return Future<Delivery>::ready(record.error());
      return producer_->send(topic, *record);
    });
  }
  Future<Delivery> send(const Topic& topic, const std::optional<Value>& value) {
    return send(topic, std::nullopt, value);
  }
  /// The callback as with Producer::send; for a value that is refused it runs within this call.
  template <DeliveryCallable Callback>
  void send(const Topic& topic, const std::optional<Key>& key, const std::optional<Value>& value,
            Callback callback) {
    with_bytes(key, value, [&](const Result<RecordView>& record) {
      if (!record) return callback(Result<Delivery>(record.error()));
      producer_->send(topic, *record, std::move(callback));
    });
  }

 private:
  template <class Send>
  auto with_bytes(const std::optional<Key>& key, const std::optional<Value>& value, Send send) {
    Buffer key_bytes;
    Buffer value_bytes;
    RecordView record;
    if (key) {
      if (Result<void> done = key_(*key, key_bytes); !done) {
        return send(Result<RecordView>(done.error().within("key")));
      }
      record.key = key_bytes.view();
    }
    if (value) {
      if (Result<void> done = value_(*value, value_bytes); !done) {
        return send(Result<RecordView>(done.error().within("value")));
      }
      record.value = value_bytes.view();
    }
    return send(Result<RecordView>(record));
  }

  Producer* producer_;
  detail::Serialize<Key> key_;
  detail::Serialize<Value> value_;
};

}  // namespace barnabas
