#include "protocol/wire/message_type.hpp"

namespace barnabas::protocol {

const MessageType* find_message_type(std::string_view name) {
  for (const MessageType* type : message_types()) {
    if (type->name == name) return type;
  }
  return nullptr;
}

const MessageType* find_message_type(ApiKey key, MessageType::Kind kind) {
  for (const MessageType* type : message_types()) {
    if (type->key == key && type->kind == kind) return type;
  }
  return nullptr;
}

}  // namespace barnabas::protocol
