#pragma once

#include "broker/src/core/connection/answer.hpp"
#include "broker/src/core/request/request_token.hpp"
#include "protocol/wire/request_frame.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace barnabas::broker {

/// Where answers go.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  /// Ends the request that `token` names. Answers to requests that have ended, or whose connection
  /// is gone, are ignored.
  virtual void answer(const RequestToken& token, Answer answer) = 0;
};

/// Answers one request, at once or later, exactly once. A value that handlers may copy and keep.
/// Lifetime: the engine's. Thread-safety: none.
template <class Request>
class Responder {
 public:
  using Response = typename Request::Response;
  using Owners = std::vector<std::shared_ptr<const void>>;

  /// `throttle_time_ms` other than 0 replaces what responses say.
  Responder(AnswerSink& sink, RequestToken token, std::int16_t version, std::int32_t correlation_id,
            std::int32_t throttle_time_ms = 0)
      : sink_(&sink),
        token_(token),
        version_(version),
        correlation_id_(correlation_id),
        throttle_time_ms_(throttle_time_ms) {}

  /// Encodes and sends `response`. Views in it need to be valid during the call only; record data
  /// stays borrowed from `owners` until it is sent.
  void operator()(const Response& response, Owners owners = {}) const {
    Result<wire::GatherBuffer> frame = encode(response);
    if (!frame) return close(std::move(frame).error());
    for (std::shared_ptr<const void>& owner : owners) frame->keep_alive(std::move(owner));
    sink_->answer(token_, Answer::send(std::move(*frame)));
  }
  /// The request has no response (Produce with acks=0).
  void nothing() const { sink_->answer(token_, Answer::nothing()); }
  /// Closes the connection instead.
  void close(Error reason) const { sink_->answer(token_, Answer::close(std::move(reason))); }

 private:
  Result<wire::GatherBuffer> encode(const Response& response) const {
    if constexpr (requires(Response told) { told.throttle_time_ms = 0; }) {
      if (throttle_time_ms_ > 0) {
        Response told = response;
        told.throttle_time_ms = throttle_time_ms_;
        return wire::encode_response(told, version_, correlation_id_);
      }
    }
    return wire::encode_response(response, version_, correlation_id_);
  }

  AnswerSink* sink_;
  RequestToken token_;
  std::int16_t version_;
  std::int32_t correlation_id_;
  std::int32_t throttle_time_ms_;
};

}  // namespace barnabas::broker
