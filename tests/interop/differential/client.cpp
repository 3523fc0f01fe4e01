#include "tests/interop/differential/client.hpp"

namespace barnabas::differential {

Value Client::outcome(const Reply& reply) {
  Value value;
  value.kind = Value::Kind::structure;
  const char* text = reply.kind == Reply::Kind::frame    ? "answered"
                     : reply.kind == Reply::Kind::closed ? "closed"
                                                         : "silent";
  value.fields.emplace_back("(outcome)", leaf(text));
  return value;
}

Value Client::unreadable(const Error& error) {
  Value value;
  value.kind = Value::Kind::structure;
  value.fields.emplace_back("(outcome)", leaf("unreadable: " + error.context()));
  return value;
}

void Client::add_unknown_bytes(Value& value, std::size_t size, std::size_t understood) {
  value.fields.emplace_back(
      "(bytes not understood)",
      leaf(std::to_string(static_cast<long>(size) - static_cast<long>(understood))));
}

void Client::send(Side side, std::span<const std::byte> frame) {
  if (!peers_[side]) peers_[side] = std::make_unique<Peer>(world_.ports()[side]);
  peers_[side]->send(frame);
}

Reply Client::receive(Side side) { return peers_[side]->receive(patience_); }

void Client::conclude(const Step& step, const Both<Value>& values) {
  for (const Side side : sides) {
    // What either of them left unanswered would disturb what comes next.
    if (values[side].fields.front().second.text != "answered") peers_ = {};
  }
  if (compared_) world_.comparison().compare(step, values);
}

}  // namespace barnabas::differential
