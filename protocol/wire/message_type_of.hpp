#pragma once

#include "protocol/wire/message_type.hpp"

// For generated code: a MessageType for a type of message.

namespace barnabas::protocol {

template <class Message>
class AnyMessageOf final : public AnyMessage {
 public:
  void decode(wire::Reader& in, std::int16_t version) override { message_.decode(in, version); }
  void encode(wire::Writer& out, std::int16_t version) const override {
    message_.encode(out, version);
  }
  std::size_t encoded_size(std::int16_t version) const override {
    return message_.encoded_size(version);
  }
  void print(wire::Printer& out) const override { print_message(message_, out); }
  bool equals(const AnyMessage& other) const override {
    return message_ == static_cast<const AnyMessageOf&>(other).message_;
  }

 private:
  Message message_;
};

template <class Message>
constexpr MessageType message_type_of() {
  MessageType type{};
  type.name = Message::message_name;
  type.kind = MessageType::Kind::other;
  if constexpr (requires { Message::api_key; }) {
    constexpr bool is_request = requires { typename Message::Response; };
    type.kind = is_request ? MessageType::Kind::request : MessageType::Kind::response;
    type.key = Message::api_key;
  }
  type.versions = Message::versions;
  type.versions_with_unstable = Message::versions;
  if constexpr (requires { Message::versions_with_unstable; }) {
    type.versions_with_unstable = Message::versions_with_unstable;
  }
  type.first_flexible = Message::first_flexible;
  type.make = []() -> std::unique_ptr<AnyMessage> {
    return std::make_unique<AnyMessageOf<Message>>();
  };
  return type;
}

}  // namespace barnabas::protocol
