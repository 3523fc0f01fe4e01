#pragma once

#include "protocol/wire/api_descriptor.hpp"

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

namespace barnabas::tools {

/// How messages are written.
struct DecodeStyle {
  bool indented = false;  ///< A field a line.
};

/// The frames of one connection to a broker, as text. Responses are matched with their requests by
/// correlation id. Secrets stay hidden. Thread-safety: none.
class Conversation {
 public:
  /// Called with one message: a line that says what it is, and the message.
  using Output = std::function<void(const std::string& title, const std::string& text)>;

  Conversation(DecodeStyle style, Output output) : style_(style), output_(std::move(output)) {}

  /// Take whole frames off the front of `bytes` and return how many bytes they were. What can be
  /// no frame is reported once and ends the reading of that direction.
  std::size_t client_bytes(BytesView bytes) { return read(bytes, true); }
  std::size_t broker_bytes(BytesView bytes) { return read(bytes, false); }

  /// Expect a response, for one whose request is not there.
  void expect(const protocol::ApiDescriptor& api, std::int16_t version);
  /// Requests that no response was seen to.
  std::size_t unanswered() const { return asked_.size(); }

 private:
  struct Asked {
    const protocol::ApiDescriptor* api = nullptr;
    std::int16_t version = 0;
  };

  std::size_t read(BytesView bytes, bool from_client);
  void request(BytesView frame);
  void response(BytesView frame);
  void print(const Asked& what, bool is_request, const std::string& title, BytesView body);

  DecodeStyle style_;
  Output output_;
  std::map<std::int32_t, Asked> asked_;
  std::deque<Asked> expected_;
  bool bare_tokens_ = false;  // SASL tokens without headers follow (SaslHandshake version 0).
  bool lost_[2] = {false, false};
};

/// Whether `bytes` can be the beginning of a request: size, key and version are possible.
bool may_begin_with_request(BytesView bytes);
/// Whether `bytes` begin with a request that can be read to its end: tells who the client is. A
/// response looks like a request of key 0 at first.
bool begins_with_request(BytesView bytes);

}  // namespace barnabas::tools
