#include "tests/simulation/wire_watch.hpp"

#include "protocol/wire/request_frame.hpp"
#include "tests/simulation/message_text.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace barnabas::test {

namespace {

// Size, API, version, correlation id: what is kept of a request when nobody reads the rest.
constexpr std::size_t head_bytes = 12;
// Size and API: whether all of a request is kept.
constexpr std::size_t api_bytes = 6;
// The same of a response, with the error of those that say whether a member is one.
constexpr std::size_t response_head_bytes = 16;
// The same of a fetch, up to max_bytes; client ids are short here.
constexpr std::size_t fetch_head_bytes = 64;

std::int32_t number(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return static_cast<std::int32_t>(value);
}

bool is_about_membership(ApiKey api) {
  return api == ApiKey::JoinGroup || api == ApiKey::SyncGroup || api == ApiKey::Heartbeat;
}

// What such a response says; nothing when it is cut off.
std::optional<ErrorCode> membership_error(BytesView frame, ApiKey api, std::int16_t version) {
  const std::int16_t first_with_throttling = api == ApiKey::JoinGroup ? 2 : 1;
  Result<wire::ReceivedResponse> response = wire::decode_response_header(frame, api, version);
  if (!response) return std::nullopt;
  if (version >= first_with_throttling) response->body.int32("throttle_time_ms");
  const std::int16_t code = response->body.int16("error_code");
  if (!response->body.ok()) return std::nullopt;
  return static_cast<ErrorCode>(code);
}

// What a fetch's head says in max_bytes; 0 when it does not reach so far.
std::int64_t fetch_max_bytes(std::span<const std::byte> head, std::int16_t version) {
  constexpr std::int16_t first_flexible = 12;
  constexpr std::int16_t first_without_replica = 15;
  const auto name_bytes = static_cast<std::size_t>(std::max(number(head, 12, 2), 0));
  std::size_t at = head_bytes + 2 + name_bytes;
  if (version >= first_flexible) ++at;           // no tagged fields in the header
  if (version < first_without_replica) at += 4;  // replica_id
  at += 8;                                       // max_wait_ms, min_bytes
  return at + 4 <= head.size() ? number(head, at, 4) : 0;
}

}  // namespace

Instant WireWatch::last_heard_from_coordinator(const std::string& client) const {
  const auto found = memberships_.find(client);
  return found == memberships_.end() ? Instant() : found->second.last_heard;
}

std::optional<Instant> WireWatch::told_to_join_at(const std::string& client) const {
  const auto found = memberships_.find(client);
  return found == memberships_.end() ? std::nullopt : found->second.to_join;
}

bool WireWatch::is_known_to_the_log(const std::string& client) const {
  const auto found = memberships_.find(client);
  return found != memberships_.end() && found->second.stored;
}

void WireWatch::opened(std::size_t stream, const std::string& client, const std::string& server) {
  Connection& connection = connections_[stream] = {};
  connection.client = client;
  connection.server = server;
  if (world_.trace().is_written()) {
    world_.trace().line(world_.now(), client, "connects to " + server);
  }
}

void WireWatch::closed(std::size_t stream, int side) {
  const auto found = connections_.find(stream);
  if (side != 0 || found == connections_.end()) return;
  Connection& connection = found->second;
  connection.given_up = true;
  if (!on_given_up_) return;
  for (const Request& request : connection.under_way) {
    on_given_up_(connection.client, {request.api, BytesView(request.commit)});
  }
}

void WireWatch::arrived(std::size_t stream, int side, std::size_t count) {
  const auto found = connections_.find(stream);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  Direction& direction = connection.directions[side];
  direction.arrived += count;
  if (side != 1) return;
  for (std::deque<News>& news = connection.news;
       !news.empty() && news.front().end <= direction.arrived; news.pop_front()) {
    note_membership(connection.client, news.front());
  }
}

void WireWatch::ended(std::size_t stream) { connections_.erase(stream); }

void WireWatch::sent(std::size_t stream, int side, std::span<const std::byte> bytes) {
  const auto found = connections_.find(stream);
  if (found == connections_.end()) return;
  Direction& direction = found->second.directions[side];
  const std::size_t wanted_head = side == 0 ? fetch_head_bytes : response_head_bytes;
  while (!bytes.empty() && !direction.broken) {
    std::size_t wanted = direction.in_frame ? direction.left : 4 - direction.head.size();
    const bool is_known = direction.head.size() >= api_bytes;
    if (direction.in_frame && !is_known)
      wanted = std::min(wanted, api_bytes - direction.head.size());
    const bool is_commit =
        side == 0 && is_known &&
        static_cast<ApiKey>(number(direction.head, 4, 2)) == ApiKey::OffsetCommit;
    const bool whole = world_.trace().is_written() || (throttling_grace_ && side == 1) || is_commit;
    const std::size_t count = std::min(wanted, bytes.size());
    const std::size_t room =
        whole || direction.head.size() < wanted_head
            ? (whole ? count : std::min(count, wanted_head - direction.head.size()))
            : 0;
    direction.head.insert(direction.head.end(), bytes.begin(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(room));
    bytes = bytes.subspan(count);
    direction.position += count;
    if (!direction.in_frame) {
      if (direction.head.size() < 4) return;
      const std::int32_t size = number(direction.head, 0, 4);
      direction.broken = size < 4;
      direction.left = static_cast<std::size_t>(std::max(size, 0));
      direction.in_frame = true;
      continue;
    }
    direction.left -= count;
    if (direction.left > 0) continue;
    frame(stream, found->second, side, direction.head.size());
    direction.head.clear();
    direction.in_frame = false;
  }
}

void WireWatch::frame(std::size_t stream, Connection& connection, int side, std::size_t size) {
  side == 0 ? request(stream, connection, size) : response(stream, connection, size);
}

void WireWatch::request(std::size_t stream, Connection& connection, std::size_t size) {
  const std::vector<std::byte>& head = connection.directions[0].head;
  if (head.size() < head_bytes) return;
  Request request{static_cast<ApiKey>(number(head, 4, 2)),
                  static_cast<std::int16_t>(number(head, 6, 2)),
                  number(head, 8, 4),
                  world_.now(),
                  0,
                  {}};
  static_cast<void>(size);
  check_version(connection, request);
  if (request.api == ApiKey::OffsetCommit) request.commit.assign(head.begin() + 4, head.end());
  if (request.api == ApiKey::Fetch && head.size() > head_bytes + 2) {
    request.fetch_bytes = fetch_max_bytes(head, request.version);
  }
  if (request.at > connection.quiet_from && request.at < connection.quiet_to) {
    findings_.add("honours-throttling", connection.client + " sends " +
                                            std::string(name(request.api)) + " to " +
                                            connection.server + " that told it to wait");
  }
  for (const Request& other : connection.under_way) {
    if (other.correlation_id == request.correlation_id) {
      findings_.add("correlation-ids", connection.client + " uses correlation id " +
                                           std::to_string(request.correlation_id) + " twice");
    }
  }
  connection.under_way.push_back(request);
  if (request.api == ApiKey::Fetch) check_fetches(connection.client);
  if (request.api == ApiKey::JoinGroup) joined_at_[connection.client] = request.at;
  const auto limit = limits_.find({connection.client, request.api});
  if (limit != limits_.end()) {
    const auto count = static_cast<std::size_t>(std::count_if(
        connection.under_way.begin(), connection.under_way.end(), [&](const Request& other) {
          return other.api == request.api && counts(connection, other);
        }));
    if (count > limit->second) {
      findings_.add("in-flight-limit", connection.client + " has " + std::to_string(count) + " " +
                                           std::string(name(request.api)) + " requests under way");
    }
  }
  if (!world_.trace().is_written()) return;
  world_.trace().line(world_.now(), connection.client,
                      "#" + std::to_string(stream) + " -> " + connection.server + "  " +
                          request_text(BytesView(head.data() + 4, head.size() - 4)));
}

// A member that joins waits for no heartbeat from before: its coordinator may have moved meanwhile,
// and come back.
bool WireWatch::counts(const Connection& connection, const Request& request) const {
  if (request.api != ApiKey::Heartbeat) return true;
  const auto joined = joined_at_.find(connection.client);
  return joined == joined_at_.end() || request.at > joined->second;
}

// A client that does not know the versions yet asks for them in its own.
void WireWatch::check_version(const Connection& connection, const Request& request) {
  if (old_broker_ == nullptr || request.api == ApiKey::ApiVersions) return;
  const std::optional<std::int16_t> last = old_broker_->last_version(request.api);
  if (!last || request.version <= *last) return;
  findings_.add("versions", connection.client + " sends " + std::string(name(request.api)) + " v" +
                                std::to_string(request.version) + " to a broker that has up to v" +
                                std::to_string(*last));
}

void WireWatch::check_fetches(const std::string& client) {
  const auto limit = fetch_limits_.find(client);
  if (limit == fetch_limits_.end()) return;
  std::int64_t bytes = 0;
  for (const auto& [stream, connection] : connections_) {
    if (connection.client != client || connection.given_up) continue;
    for (const Request& request : connection.under_way) bytes += request.fetch_bytes;
  }
  if (bytes > limit->second) {
    findings_.add("fetch-memory",
                  client + " has fetches of " + std::to_string(bytes) + " bytes under way");
  }
}

void WireWatch::note_membership(const std::string& client, const News& news) {
  const auto& [end, request, error, true_at] = news;
  // Whoever is not the coordinator knows nothing.
  if (error == ErrorCode::not_coordinator || error == ErrorCode::coordinator_not_available ||
      error == ErrorCode::coordinator_load_in_progress) {
    return;
  }
  Membership& membership = memberships_[client];
  membership.last_heard = true_at;
  if (error == ErrorCode::unknown_member_id) membership.stored = false;
  if (request.api == ApiKey::JoinGroup && error == ErrorCode::none) membership.to_join.reset();
  const bool told = request.api == ApiKey::Heartbeat && error == ErrorCode::rebalance_in_progress;
  if (told && !membership.to_join) membership.to_join = world_.now();
  if (request.api == ApiKey::SyncGroup && error == ErrorCode::none) membership.stored = true;
}

void WireWatch::note_throttling(Connection& connection, std::string_view text) {
  constexpr std::string_view field = "throttle_time_ms=";
  const std::size_t at = text.find(field);
  if (at == std::string_view::npos) return;
  std::int64_t milliseconds = 0;
  const std::string_view digits = text.substr(at + field.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds);
  if (milliseconds <= 0) return;
  coverage_.hit("throttled");
  connection.quiet_from = world_.now() + *throttling_grace_;
  connection.quiet_to = world_.now() + std::chrono::milliseconds(milliseconds);
}

void WireWatch::response(std::size_t stream, Connection& connection, std::size_t size) {
  const std::vector<std::byte>& head = connection.directions[1].head;
  static_cast<void>(size);
  if (head.size() < 8) return;
  const std::int32_t correlation_id = number(head, 4, 4);
  const auto found = std::find_if(
      connection.under_way.begin(), connection.under_way.end(),
      [&](const Request& request) { return request.correlation_id == correlation_id; });
  if (found == connection.under_way.end()) {
    if (world_.trace().is_written()) {
      world_.trace().line(
          world_.now(), connection.server,
          "#" + std::to_string(stream) + " -> " + connection.client + "  an answer to nothing");
    }
    return;
  }
  const Request request = *found;
  // Produce with acks=0 is never answered: what is older than an answered request is over.
  connection.under_way.erase(connection.under_way.begin(), found + 1);
  if (is_about_membership(request.api)) {
    const auto error =
        membership_error(BytesView(head.data() + 4, head.size() - 4), request.api, request.version);
    if (error) {
      const Instant true_at = request.api == ApiKey::JoinGroup ? world_.now() : request.at;
      connection.news.push_back({connection.directions[1].position, request, *error, true_at});
    }
  }
  if (!world_.trace().is_written() && !throttling_grace_) return;
  const std::string text =
      response_text(BytesView(head.data() + 4, head.size() - 4), request.api, request.version);
  if (throttling_grace_) note_throttling(connection, text);
  if (!world_.trace().is_written()) return;
  note_errors(text, std::string(name(request.api)), coverage_);
  world_.trace().line(world_.now(), connection.server,
                      "#" + std::to_string(stream) + " -> " + connection.client + "  " + text);
}

}  // namespace barnabas::test
