#include "client/src/core/cluster/connection.hpp"

#include "client/src/core/cluster/backoff.hpp"
#include "protocol/base/planted_bug.hpp"
#include "protocol/wire/request_frame.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace barnabas::client {

namespace {

// A connection that was quiet for so long may have been dropped by something on the way.
constexpr Duration may_be_stale = std::chrono::seconds(1);

}  // namespace

Connection::Connection(ConnectionContext& context, NodeId node, Lane lane)
    : context_(context), node_(node), lane_(lane), reader_(context.options.max_response_size) {}

Connection::~Connection() { close(); }

void Connection::open(const Now& now, network::HostPort host) {
  host_ = std::move(host);
  state_ = State::resolving;
  setup_error_ = Error();
  expect_setup(now);
  lookup_ = network::LookupId{++context_.last_id};
  context_.lookups[lookup_] = this;
  context_.network.resolve(lookup_, host_.host, host_.port);
}

void Connection::close() {
  drop_stream();
  context_.lookups.erase(lookup_);
  in_flight_.clear();
  state_ = State::closed;
}

void Connection::expect_setup(const Now& now) {
  const Backoff limits(context_.options.connection_setup_timeout,
                       context_.options.connection_setup_timeout_max);
  setup_deadline_ =
      deadline_after(now.monotonic, limits.pause(setup_failures_ + 1, context_.random));
}

void Connection::on_resolved(const Now& now, Result<std::vector<network::Address>> addresses) {
  context_.lookups.erase(lookup_);
  if (state_ != State::resolving) return;
  if (!addresses) {
    lose(now, Error(ErrorCode::connection_failed, addresses.error().context()));
    return;
  }
  addresses_.begin(*std::move(addresses));
  connect_next(now);
}

void Connection::connect_next(const Now& now) {
  std::optional<network::Address> next = addresses_.next();
  if (!next) {
    if (setup_error_.ok()) {
      setup_error_ = Error(ErrorCode::connection_failed, host_.host + " has no address");
    }
    lose(now, setup_error_);
    return;
  }
  address_ = *next;
  state_ = State::connecting;
  reader_ = network::FrameReader(context_.options.max_response_size, &context_.buffers);
  negotiation_ = VersionNegotiation();
  written_ = handed_over_ = 0;
  expect_setup(now);
  stream_ = network::ConnectionId{++context_.last_id};
  context_.streams[stream_] = this;
  context_.network.connect(stream_, *address_);
}

void Connection::on_connected(const Now& now) {
  if (state_ != State::connecting) return;
  state_ = State::negotiating;
  ask_versions(now);
}

void Connection::ask_versions(const Now& now) {
  Result<wire::GatherBuffer> request =
      negotiation_.request(next_correlation_id(), context_.options.client_id,
                           context_.options.software_name, context_.options.software_version);
  if (!request) {
    lose(now, request.error());
    return;
  }
  written_ += request->size();
  context_.network.write(stream_, *std::move(request));
}

std::int32_t Connection::next_correlation_id() noexcept {
  // Negative ids are legal but look like mistakes in other people's logs.
  if (planted(PlantedBug::reuse_correlation_id)) return correlation_id_ = 7;
  correlation_id_ =
      correlation_id_ == std::numeric_limits<std::int32_t>::max() ? 1 : correlation_id_ + 1;
  return correlation_id_;
}

void Connection::write(const Now& now, wire::GatherBuffer bytes, SentRequest request,
                       bool expects_response) {
  request.after_idle = in_flight_.empty() && now.monotonic - last_activity_ >= may_be_stale;
  last_activity_ = now.monotonic;
  written_ += bytes.size();
  if (expects_response) in_flight_.push_back(request);
  context_.network.write(stream_, std::move(bytes));
}

bool Connection::hold_answers() {
  return state_ == State::ready && context_.network.hold_reading(stream_);
}

void Connection::take_answers() {
  if (state_ == State::ready) context_.network.resume_reading(stream_);
}

bool Connection::is_under_way(RequestId id) const noexcept {
  return std::ranges::any_of(in_flight_, [id](const SentRequest& sent) { return sent.id == id; });
}

void Connection::on_received(const Now& now, std::size_t count) {
  reader_.received(count);
  last_activity_ = now.monotonic;
  const network::ConnectionId stream = stream_;
  while ((state_ == State::negotiating || state_ == State::ready) && stream_ == stream) {
    Result<std::optional<network::Frame>> frame = reader_.next_frame();
    if (!frame) {
      state_ == State::ready ? lose(now, frame.error()) : setup_failed(now, frame.error());
      return;
    }
    if (!*frame) return;
    take_frame(now, **frame);
  }
}

void Connection::take_frame(const Now& now, const network::Frame& frame) {
  if (state_ == State::ready) {
    take_answer(now, frame);
    return;
  }
  const Result<wire::ReceivedResponse> header =
      wire::decode_response_header(frame.bytes, ApiKey::ApiVersions, negotiation_.version());
  if (!header) {
    setup_failed(now, header.error());
  } else if (header->correlation_id != correlation_id_) {
    setup_failed(now, Error(ErrorCode::malformed_message,
                            "the answer to ApiVersions has a wrong correlation id"));
  } else {
    take_versions(now, header->body);
  }
}

void Connection::take_versions(const Now& now, const wire::Reader& body) {
  Result<std::optional<BrokerVersions>> versions = negotiation_.response(body);
  if (!versions) {
    setup_failed(now, versions.error());
    return;
  }
  if (!*versions) {
    ask_versions(now);
    return;
  }
  versions_ = **std::move(versions);
  setup_failures_ = 0;
  addresses_.worked();
  state_ = State::ready;
  context_.events.on_connection_ready(now, *this);
}

void Connection::take_answer(const Now& now, const network::Frame& frame) {
  if (in_flight_.empty()) {
    lose(now, Error(ErrorCode::malformed_message, "an answer that nothing was asked for"));
    return;
  }
  const SentRequest request = in_flight_.front();
  const auto header = wire::decode_response_header(frame.bytes, request.key, request.version);
  if (!header || header->correlation_id != request.correlation_id) {
    lose(now, header
                  ? Error(ErrorCode::malformed_message,
                          "correlation id " + std::to_string(header->correlation_id) + " where " +
                              std::to_string(request.correlation_id) + " was expected")
                  : header.error());
    return;
  }
  in_flight_.pop_front();
  Result<void> understood =
      context_.events.on_response(now, *this, request, header->body, frame.owner);
  if (!understood && state_ == State::ready) lose(now, understood.error());
}

std::optional<Instant> Connection::next_deadline() const {
  if (state_ == State::closed) return std::nullopt;
  if (state_ != State::ready) return setup_deadline_;
  if (in_flight_.empty()) {
    const Duration idle = context_.options.connections_max_idle;
    if (idle == Duration::zero()) return std::nullopt;
    return deadline_after(last_activity_, idle);
  }
  if (planted(PlantedBug::no_request_timeout)) return std::nullopt;
  return std::ranges::min_element(in_flight_, {}, &SentRequest::deadline)->deadline;
}

void Connection::advance(const Now& now) {
  const std::optional<Instant> deadline = next_deadline();
  if (!deadline || *deadline > now.monotonic) return;
  if (state_ != State::ready) {
    const Error reason(
        ErrorCode::connection_failed,
        state_ == State::resolving    ? "the look-up of " + host_.host + " took too long"
        : state_ == State::connecting ? "connecting took too long"
                                      : "connected, but ApiVersions was not answered");
    state_ == State::resolving ? lose(now, reason) : setup_failed(now, reason);
  } else if (in_flight_.empty()) {
    close();
  } else {
    const SentRequest& late = *std::ranges::min_element(in_flight_, {}, &SentRequest::deadline);
    lose(now, Error(ErrorCode::request_timed_out,
                    std::string(name(late.key)) + " was not answered in time"));
  }
}

void Connection::on_closed(const Now& now, const Error& reason) {
  context_.streams.erase(stream_);
  stream_ = network::ConnectionId{};
  switch (state_) {
    case State::closed:
    case State::resolving:
      return;
    case State::connecting:
      setup_failed(now, Error(ErrorCode::connection_failed, reason.context()));
      return;
    case State::negotiating:
      setup_failed(now, Error(ErrorCode::connection_failed,
                              "the peer closed the connection instead of answering ApiVersions"));
      return;
    case State::ready:
      lose(now, Error(ErrorCode::disconnected, reason.context()));
      return;
  }
}

void Connection::setup_failed(const Now& now, const Error& reason) {
  setup_error_ = reason;
  drop_stream();
  addresses_.failed();
  connect_next(now);
}

void Connection::lose(const Now& now, const Error& reason) {
  if (state_ != State::ready) ++setup_failures_;
  const std::vector<SentRequest> unanswered(in_flight_.begin(), in_flight_.end());
  close();
  context_.events.on_connection_lost(now, *this, unanswered, reason);
}

void Connection::drop_stream() {
  if (stream_ == network::ConnectionId{}) return;
  context_.streams.erase(stream_);
  context_.network.close(std::exchange(stream_, network::ConnectionId{}));
}

}  // namespace barnabas::client
