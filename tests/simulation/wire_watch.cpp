#include "tests/simulation/wire_watch.hpp"

#include "tests/simulation/message_text.hpp"

#include <algorithm>
#include <string_view>

namespace barnabas::test {

namespace {

// Size, API, version, correlation id: what is kept of a request when nobody reads the rest.
constexpr std::size_t head_bytes = 12;

std::int32_t number(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return static_cast<std::int32_t>(value);
}

}  // namespace

Instant WireWatch::last_heard_from_coordinator(const std::string& client) const {
  const auto found = memberships_.find(client);
  return found == memberships_.end() ? Instant() : found->second.last_heard;
}

Duration WireWatch::last_sync_took(const std::string& client) const {
  const auto found = memberships_.find(client);
  return found == memberships_.end() ? Duration() : found->second.sync_took;
}

void WireWatch::opened(std::size_t stream, const std::string& client, const std::string& server) {
  connections_[stream] = {client, server, {}, {}};
  if (world_.trace().is_written()) {
    world_.trace().line(world_.now(), client, "connects to " + server);
  }
}

void WireWatch::ended(std::size_t stream) { connections_.erase(stream); }

void WireWatch::sent(std::size_t stream, int side, std::span<const std::byte> bytes) {
  const auto found = connections_.find(stream);
  if (found == connections_.end()) return;
  Direction& direction = found->second.directions[side];
  const bool whole = world_.trace().is_written();
  while (!bytes.empty() && !direction.broken) {
    const std::size_t wanted = direction.in_frame ? direction.left : 4 - direction.head.size();
    const std::size_t count = std::min(wanted, bytes.size());
    const std::size_t room =
        whole || direction.head.size() < head_bytes
            ? (whole ? count : std::min(count, head_bytes - direction.head.size()))
            : 0;
    direction.head.insert(direction.head.end(), bytes.begin(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(room));
    bytes = bytes.subspan(count);
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
  const Request request{static_cast<ApiKey>(number(head, 4, 2)),
                        static_cast<std::int16_t>(number(head, 6, 2)), number(head, 8, 4),
                        world_.now()};
  static_cast<void>(size);
  for (const Request& other : connection.under_way) {
    if (other.correlation_id == request.correlation_id) {
      findings_.add("correlation-ids", connection.client + " uses correlation id " +
                                           std::to_string(request.correlation_id) + " twice");
    }
  }
  connection.under_way.push_back(request);
  const auto limit = limits_.find({connection.client, request.api});
  if (limit != limits_.end()) {
    const auto count = static_cast<std::size_t>(
        std::count_if(connection.under_way.begin(), connection.under_way.end(),
                      [&](const Request& other) { return other.api == request.api; }));
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
  if (request.api == ApiKey::JoinGroup || request.api == ApiKey::SyncGroup ||
      request.api == ApiKey::Heartbeat) {
    Membership& membership = memberships_[connection.client];
    membership.last_heard = world_.now();
    if (request.api == ApiKey::SyncGroup) membership.sync_took = world_.now() - request.at;
  }
  if (!world_.trace().is_written()) return;
  const std::string text =
      response_text(BytesView(head.data() + 4, head.size() - 4), request.api, request.version);
  note_errors(text, std::string(name(request.api)), coverage_);
  world_.trace().line(world_.now(), connection.server,
                      "#" + std::to_string(stream) + " -> " + connection.client + "  " + text);
}

}  // namespace barnabas::test
