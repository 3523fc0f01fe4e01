#pragma once

#include "barnabas/api_key.hpp"
#include "client/src/core/cluster/connection.hpp"
#include "client/src/core/cluster/request.hpp"
#include "protocol/base/version_range.hpp"
#include "protocol/wire/gather_buffer.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/request_frame.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace barnabas::client {

/// Who and how, for a completion.
struct ReplyInfo {
  NodeId node = no_node;
  std::int16_t version = -1;
  bool written = false;
};

/// What a decoded response says to the cluster itself.
struct ResponseSummary {
  ErrorCode error = ErrorCode::none;  ///< The one that decides about retries.
  std::int32_t throttle_time_ms = 0;
};

/// 0 where the response's kind has none.
template <class Response>
std::int32_t throttle_time_of(const Response& response) {
  if constexpr (requires { response.throttle_time_ms; }) return response.throttle_time_ms;
  return 0;
}

template <class Response>
Result<std::int32_t> read_throttle_time(std::int16_t version, const wire::Reader& body) {
  const Result<Response> response = wire::decode_body<Response>(body, version);
  if (!response) return response.error();
  return throttle_time_of(*response);
}

/// One request with its type erased: encode, decode, complete.
class Operation {
 public:
  Operation(ApiKey key, VersionRange versions) : key_(key), versions_(versions) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() = default;

  ApiKey key() const noexcept { return key_; }
  VersionRange versions() const noexcept { return versions_; }

  virtual Result<wire::GatherBuffer> encode(std::int16_t version, std::int32_t correlation_id,
                                            std::string_view client_id) = 0;
  /// Decodes and keeps the response. `body` views `frame`.
  virtual Result<ResponseSummary> decode(std::int16_t version, const wire::Reader& body,
                                         std::shared_ptr<const void> frame) = 0;
  /// Runs the completion with the decoded response, or a default one when none is expected.
  virtual void succeed(const Now& now, const ReplyInfo& info) = 0;
  virtual void fail(const Now& now, const ReplyInfo& info, Error error) = 0;
  /// Needs nothing of the operation, so that it serves when that is gone.
  virtual ThrottleTimeReader throttle_time_reader() const noexcept = 0;

 private:
  ApiKey key_;
  VersionRange versions_;
};

/// Finds the error that decides about a retry where most responses have it: at the top.
struct TopLevelError {
  template <class Response>
  ErrorCode operator()(const Response& response) const {
    if constexpr (requires { response.error_code; }) return response.error_code;
    return ErrorCode::none;
  }
};

/// The operation that send() makes of a build function, a completion and an inspection.
template <class Request, class Build, class Done, class Inspect>
class TypedOperation final : public Operation {
 public:
  using Response = typename Request::Response;

  TypedOperation(Build build, Done done, Inspect inspect)
      : Operation(Request::api_key, Request::versions),
        build_(std::move(build)),
        done_(std::move(done)),
        inspect_(std::move(inspect)) {}

  Result<wire::GatherBuffer> encode(std::int16_t version, std::int32_t correlation_id,
                                    std::string_view client_id) override {
    Result<Request> request = build_(version);
    if (!request) return std::move(request).error();
    return wire::encode_request<Request>(*request, version, correlation_id, client_id);
  }

  Result<ResponseSummary> decode(std::int16_t version, const wire::Reader& body,
                                 std::shared_ptr<const void> frame) override {
    Result<Response> response = wire::decode_body<Response>(body, version);
    if (!response) return std::move(response).error();
    response_ = *std::move(response);
    frame_ = std::move(frame);
    ResponseSummary summary;
    summary.error = inspect_(std::as_const(response_));
    summary.throttle_time_ms = throttle_time_of(response_);
    return summary;
  }

  void succeed(const Now& now, const ReplyInfo& info) override {
    finish(now, info, std::move(response_));
  }
  void fail(const Now& now, const ReplyInfo& info, Error error) override {
    frame_.reset();
    finish(now, info, std::move(error));
  }
  ThrottleTimeReader throttle_time_reader() const noexcept override {
    return &read_throttle_time<Response>;
  }

 private:
  void finish(const Now& now, const ReplyInfo& info, Result<Response> response) {
    done_(now, Reply<Response>{std::move(response), std::move(frame_), info.node, info.version,
                               info.written});
  }

  Build build_;
  Done done_;
  Inspect inspect_;
  Response response_;
  std::shared_ptr<const void> frame_;
};

template <class Request, class Build, class Done, class Inspect>
std::unique_ptr<Operation> make_operation(Build build, Done done, Inspect inspect) {
  return std::make_unique<TypedOperation<Request, Build, Done, Inspect>>(
      std::move(build), std::move(done), std::move(inspect));
}

}  // namespace barnabas::client
