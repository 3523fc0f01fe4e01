#include "simulation/src/simulated_network.hpp"

#include "simulation/src/process.hpp"
#include "simulation/src/wire_tap.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace barnabas::simulation {

using network::Address;
using network::ConnectionId;

namespace {

constexpr Place nowhere = 0xFFFF;
// What is written at once is cut into so many small pieces at most: every boundary can fall
// everywhere, and a large message does not fill the world with events.
constexpr int most_small_pieces = 4;

}  // namespace

SimulatedNetwork::SimulatedNetwork(World& world, NetworkOptions options)
    : world_(world), options_(options), random_(world.fork_random()) {}

SimulatedNetwork::~SimulatedNetwork() = default;

ProcessId SimulatedNetwork::add(Process& process) {
  processes_.push_back(&process);
  return static_cast<ProcessId>(processes_.size() - 1);
}

void SimulatedNetwork::remove(ProcessId id) { processes_[id] = nullptr; }

Process* SimulatedNetwork::find(ProcessId id) const { return processes_[id]; }

void SimulatedNetwork::listen(const Address& address, Process& process,
                              network::ListenerId listener, Place place) {
  listeners_[address] = {process.id(), listener, place};
  places_[address] = place;
}

void SimulatedNetwork::close_listeners(ProcessId id) {
  std::erase_if(listeners_, [&](const auto& entry) { return entry.second.process == id; });
}

void SimulatedNetwork::close_listeners(Place place) {
  std::erase_if(listeners_, [&](const auto& entry) { return entry.second.place == place; });
}

Place SimulatedNetwork::place_of(const Address& address) const {
  const auto found = places_.find(address);
  return found == places_.end() ? nowhere : found->second;
}

Link& SimulatedNetwork::link(Place from, Place to) { return links_[{from, to}]; }

Duration SimulatedNetwork::latency() {
  const auto jitter = static_cast<std::uint64_t>(options_.jitter.count());
  return options_.latency + Duration(static_cast<Duration::rep>(random_.below(jitter + 1)));
}

// Names -------------------------------------------------------------------------------------------

void SimulatedNetwork::set_name(std::string name, std::vector<Address> addresses) {
  names_[std::move(name)] = std::move(addresses);
}

void SimulatedNetwork::resolve(ProcessId process, network::LookupId id, const std::string& host,
                               std::uint16_t port) {
  Result<std::vector<Address>> result = network::parse_literal(host, port);
  if (result->empty()) {
    const auto found = names_.find(host);
    if (found == names_.end() || lookups_fail_) {
      result = Error(ErrorCode::connection_failed, host + ": the name cannot be resolved");
    } else {
      result = found->second;
      for (Address& address : *result) address.port = port;
    }
  }
  world_.after(latency(), [this, process, id, result = std::move(result)] {
    if (Process* target = find(process)) target->resolved(id, result);
  });
}

// Opening -----------------------------------------------------------------------------------------

void SimulatedNetwork::connect(Process& process, ConnectionId id, const Address& address) {
  const std::size_t index = streams_.size();
  streams_.push_back(std::make_unique<Stream>());
  ++open_streams_;
  Stream& stream = *streams_.back();
  stream.address = address;
  stream.ends[0].process = process.id();
  stream.ends[0].id = id;
  stream.ends[0].place = process.machine().place();
  stream.ends[0].open = true;
  stream.ends[1].place = place_of(address);
  stream.ends[0].link = &link(stream.ends[0].place, stream.ends[1].place);
  stream.ends[1].link = &link(stream.ends[1].place, stream.ends[0].place);
  ends_[{process.id(), id}] = {index, 0};
  try_connect(index, 0);
}

void SimulatedNetwork::try_connect(std::size_t index, int attempt) {
  Stream* const found = stream(index);
  if (!found || !found->ends[0].open) return;
  const Place from = found->ends[0].place;
  const Place to = found->ends[1].place;
  if (to == nowhere || powered_off_.contains(to) || powered_off_.contains(from) ||
      not_accepting_.contains(to) || found->ends[0].link->blocked) {
    // As a system does it: again after 1, 2, 4, ... seconds, and not for ever.
    if (attempt >= 6) return close_end(index, 0, Error(ErrorCode::connection_failed, "timed out"));
    world_.after(std::chrono::seconds(1 << attempt),
                 [this, index, attempt] { try_connect(index, attempt + 1); });
    return;
  }
  Duration delay = latency();
  if (options_.connect_delay.count() > 0) {
    delay += Duration(static_cast<Duration::rep>(
        random_.below(static_cast<std::uint64_t>(options_.connect_delay.count()))));
  }
  world_.after(delay, [this, index, attempt] { arrive_at_listener(index, attempt); });
}

void SimulatedNetwork::arrive_at_listener(std::size_t index, int attempt) {
  Stream* const found = stream(index);
  if (!found || !found->ends[0].open) return;
  StreamEnd& client = found->ends[0];
  StreamEnd& server = found->ends[1];
  if (powered_off_.contains(server.place) || client.link->blocked) {
    return try_connect(index, attempt);
  }
  const auto listener = listeners_.find(found->address);
  Process* const process = listener == listeners_.end() ? nullptr : find(listener->second.process);
  if (process == nullptr) {
    world_.after(latency(), [this, index] {
      if (stream(index)) {
        close_end(index, 0, Error(ErrorCode::connection_failed, "connection refused"));
      }
    });
    return;
  }
  server.process = process->id();
  server.id = ConnectionId{++next_accepted_};
  server.open = true;
  found->established = true;
  ends_[{server.process, server.id}] = {index, 1};
  if (tap_ != nullptr) {
    Process* const opener = find(client.process);
    tap_->opened(index, opener ? opener->machine().name() : "?", found->address.to_string());
  }
  Address peer;
  peer.bytes = {10, 1, static_cast<std::uint8_t>(client.place >> 8),
                static_cast<std::uint8_t>(client.place)};
  process->accepted(server.id, listener->second.id, peer);
  world_.after(latency(), [this, index] { confirm(index); });
}

void SimulatedNetwork::confirm(std::size_t index) {
  Stream* const found = stream(index);
  if (!found || !found->ends[0].open) return;
  if (found->ends[1].link->blocked) {
    world_.after(std::chrono::seconds(1), [this, index] { confirm(index); });
    return;
  }
  if (Process* client = find(found->ends[0].process)) client->connected(found->ends[0].id);
}

// Sending -----------------------------------------------------------------------------------------

void SimulatedNetwork::write(ProcessId process, ConnectionId id, wire::GatherBuffer bytes) {
  const EndKey* const end = end_of(process, id);
  if (end == nullptr) return;
  const auto [index, side] = *end;
  if (bytes.size() > 0) {
    streams_[index]->ends[side].unsent.push_back(std::move(bytes));
    streams_[index]->ends[side].small_pieces = most_small_pieces;
  }
  flush(index, side);
}

void SimulatedNetwork::flush(std::size_t index, int side) {
  StreamEnd& end = streams_[index]->ends[side];
  const StreamEnd& peer = streams_[index]->ends[1 - side];
  std::size_t total = 0;
  while (!end.unsent.empty()) {
    const std::size_t used = end.bytes_under_way + (peer.open ? peer.unread() : 0);
    // As a system does it: not every byte of room is worth a segment.
    const std::size_t room = options_.window - std::min(used, options_.window);
    const std::size_t waiting = unsent_bytes(end);
    if (room == 0 || room < std::min(waiting, options_.window / 2)) break;
    std::size_t count = std::min(waiting, room);
    if (options_.largest_piece > 0 && end.small_pieces > 0) {
      --end.small_pieces;
      count = std::min(count, 1 + static_cast<std::size_t>(random_.below(options_.largest_piece)));
    }
    total += count;
    Segment segment;
    if (!spare_bytes_.empty()) {
      segment.bytes = std::move(spare_bytes_.back());
      spare_bytes_.pop_back();
    }
    take_unsent(end, count, segment.bytes);
    send(index, side, std::move(segment));
  }
  if (total > 0) {
    if (Process* owner = find(end.process)) owner->written(end.id, total);
  }
  if (end.close_after_writes && end.unsent.empty()) {
    send(index, side, {{}, true});
    forget_end(index, side);
  }
}

void SimulatedNetwork::send(std::size_t index, int side, Segment segment) {
  StreamEnd& end = streams_[index]->ends[side];
  if (end.hang_up_after) {
    if (segment.bytes.size() >= *end.hang_up_after) {
      segment.bytes.resize(*end.hang_up_after);
      segment.end = segment.reset = true;
    }
    *end.hang_up_after -= segment.bytes.size();
  }
  if (tap_ != nullptr && !segment.bytes.empty()) tap_->sent(index, side, segment.bytes);
  if (end.swallows) {
    // It counts as under way for ever, so that the window fills up.
    end.bytes_under_way += segment.bytes.size();
    return;
  }
  const auto nanoseconds = static_cast<Duration::rep>(segment.bytes.size() * 1'000'000'000ULL /
                                                      options_.bytes_per_second);
  end.last_arrival = std::max(end.last_arrival, world_.now() + latency()) + Duration(nanoseconds);
  end.bytes_under_way += segment.bytes.size();
  end.under_way.push_back(std::move(segment));
  world_.at(end.last_arrival, [this, index, side] { arrive(index, side); });
}

void SimulatedNetwork::arrive(std::size_t index, int side) {
  Stream* const found = stream(index);
  if (!found || found->ends[side].under_way.empty()) return;
  StreamEnd& end = found->ends[side];
  StreamEnd& peer = found->ends[1 - side];
  if (end.link->blocked) {
    ++end.held_back;
    return;
  }
  Segment segment = std::move(end.under_way.front());
  end.under_way.pop_front();
  end.bytes_under_way -= segment.bytes.size();
  world_.trace().mix(static_cast<std::uint64_t>(world_.now().time_since_epoch().count()));
  world_.trace().mix(index * 2 + static_cast<std::size_t>(side));
  world_.trace().mix(segment.bytes);
  if (powered_off_.contains(peer.place) || powered_off_.contains(end.place)) return;
  if (!peer.open) {
    // Nobody is there any more, and the peer's system says so.
    if (end.open && !segment.end) reset_end(index, side);
    return;
  }
  peer.received.insert(peer.received.end(), segment.bytes.begin(), segment.bytes.end());
  if (tap_ != nullptr && !segment.bytes.empty()) {
    tap_->arrived(index, side, segment.bytes.size());
  }
  segment.bytes.clear();
  spare_bytes_.push_back(std::move(segment.bytes));
  if (segment.reset) {
    // A reset overtakes what was not read yet.
    close_end(index, 1 - side, Error(ErrorCode::disconnected, "connection reset by peer"));
    if (stream(index)) reset_end(index, side);
    return;
  }
  if (segment.end) peer.at_end = true;
  if (Process* owner = find(peer.process)) owner->readable(peer.id);
}

void SimulatedNetwork::reset_end(std::size_t index, int side) {
  world_.after(latency(), [this, index, side] {
    if (stream(index)) {
      close_end(index, side, Error(ErrorCode::disconnected, "connection reset by peer"));
    }
  });
}

// Receiving ---------------------------------------------------------------------------------------

std::size_t SimulatedNetwork::read(ProcessId process, ConnectionId id, std::span<std::byte> room) {
  const EndKey* const found = end_of(process, id);
  if (found == nullptr) return 0;
  const auto [index, side] = *found;
  StreamEnd& end = streams_[index]->ends[side];
  const std::size_t count = std::min(room.size(), end.unread());
  if (count == 0) return 0;
  std::memcpy(room.data(), end.received.data() + end.received_at, count);
  end.received_at += count;
  if (end.unread() == 0) {
    end.received.clear();
    end.received_at = 0;
  }
  if (streams_[index]->ends[1 - side].open) flush(index, 1 - side);
  return count;
}

const SimulatedNetwork::EndKey* SimulatedNetwork::end_of(ProcessId process, ConnectionId id) const {
  const Ends::key_type key{process, id};
  if (last_end_ == ends_.end() || last_end_->first != key) last_end_ = ends_.find(key);
  return last_end_ == ends_.end() ? nullptr : &last_end_->second;
}

bool SimulatedNetwork::is_open(ProcessId process, ConnectionId id) const {
  return end_of(process, id) != nullptr;
}

SimulatedNetwork::Readable SimulatedNetwork::readable(ProcessId process, ConnectionId id) const {
  const EndKey* const found = end_of(process, id);
  if (found == nullptr) return Readable::nothing;
  const StreamEnd& end = streams_[found->stream]->ends[found->side];
  if (end.paused) return Readable::nothing;
  if (end.unread() > 0) return Readable::bytes;
  return end.at_end ? Readable::end : Readable::nothing;
}

void SimulatedNetwork::pause_reading(ProcessId process, ConnectionId id, bool paused) {
  const EndKey* const found = end_of(process, id);
  if (found == nullptr) return;
  StreamEnd& end = streams_[found->stream]->ends[found->side];
  end.paused = paused;
  if (paused) return;
  Process* const owner = find(process);
  if (owner != nullptr && (end.unread() > 0 || end.at_end)) owner->readable(id);
}

// Closing -----------------------------------------------------------------------------------------

void SimulatedNetwork::close(ProcessId process, ConnectionId id, bool after_writes) {
  const EndKey* const found = end_of(process, id);
  if (found == nullptr) return;
  const auto [index, side] = *found;
  Stream& stream = *streams_[index];
  StreamEnd& end = stream.ends[side];
  if (after_writes && !end.unsent.empty()) {
    end.close_after_writes = true;
    end.paused = true;
    return;
  }
  if (stream.established) send(index, side, {{}, true});
  forget_end(index, side);
}

void SimulatedNetwork::close_all(ProcessId process, End how) {
  std::vector<ConnectionId> ids;
  for (auto at = ends_.lower_bound({process, ConnectionId{}});
       at != ends_.end() && at->first.first == process; ++at) {
    ids.push_back(at->first.second);
  }
  for (const ConnectionId id : ids) {
    if (how == End::orderly) {
      close(process, id, false);
      continue;
    }
    const EndKey* const found = end_of(process, id);
    if (found == nullptr) continue;
    const auto [index, side] = *found;
    if (how == End::reset && streams_[index]->established) send(index, side, {{}, true, true});
    forget_end(index, side);
  }
}

void SimulatedNetwork::close_end(std::size_t index, int side, Error reason) {
  StreamEnd& end = streams_[index]->ends[side];
  if (!end.open) return;
  Process* const owner = find(end.process);
  const ConnectionId id = end.id;
  forget_end(index, side);
  if (owner != nullptr) owner->closed(id, std::move(reason));
}

void SimulatedNetwork::forget_end(std::size_t index, int side) {
  Stream& stream = *streams_[index];
  StreamEnd& end = stream.ends[side];
  const auto known = ends_.find({end.process, end.id});
  if (known == last_end_) last_end_ = ends_.end();
  if (known != ends_.end()) ends_.erase(known);
  end.open = false;
  end.unsent.clear();
  end.received.clear();
  end.received_at = 0;
  if (tap_ != nullptr && stream.established) tap_->closed(index, side);
  if (stream.ends[0].open || stream.ends[1].open) return;
  if (tap_ != nullptr && stream.established) tap_->ended(index);
  streams_[index].reset();
  --open_streams_;
}

// Faults ------------------------------------------------------------------------------------------

void SimulatedNetwork::block(Place from, Place to) { link(from, to).blocked = true; }

void SimulatedNetwork::unblock(Place from, Place to) {
  if (!std::exchange(link(from, to).blocked, false)) return;
  for (std::size_t index = 0; index < streams_.size(); ++index) {
    if (!streams_[index]) continue;
    for (int side = 0; side < 2; ++side) {
      StreamEnd& end = streams_[index]->ends[side];
      if (end.place != from || streams_[index]->ends[1 - side].place != to) continue;
      // What was lost is sent again, in order.
      Instant when = world_.now() + latency();
      for (std::size_t held = std::exchange(end.held_back, 0); held > 0; --held) {
        world_.at(when, [this, index, side] { arrive(index, side); });
      }
      end.last_arrival = std::max(end.last_arrival, when);
    }
  }
}

void SimulatedNetwork::unblock_all() {
  std::vector<std::pair<Place, Place>> blocked;
  for (const auto& [places, state] : links_) {
    if (state.blocked) blocked.push_back(places);
  }
  for (const auto& [from, to] : blocked) unblock(from, to);
}

void SimulatedNetwork::reset(std::optional<Place> place, Random& random,
                             std::uint64_t of_thousand) {
  for (std::size_t index = 0; index < streams_.size(); ++index) {
    Stream* const found = stream(index);
    if (!found || !found->established) continue;
    if (place && found->ends[0].place != *place && found->ends[1].place != *place) continue;
    if (random.below(1000) >= of_thousand) continue;
    reset_end(index, 0);
    reset_end(index, 1);
  }
}

Stream* SimulatedNetwork::any_stream(Random& random) {
  std::vector<Stream*> established;
  for (const auto& entry : streams_) {
    if (entry && entry->established) established.push_back(entry.get());
  }
  return established.empty() ? nullptr : established[random.below(established.size())];
}

void SimulatedNetwork::swallow(Random& random) {
  Stream* const found = any_stream(random);
  if (found == nullptr) return;
  const std::uint64_t which = random.below(3);
  if (which != 1) found->ends[0].swallows = true;
  if (which != 0) found->ends[1].swallows = true;
}

void SimulatedNetwork::hang_up_after(Random& random, std::size_t bytes) {
  if (Stream* const found = any_stream(random)) found->ends[1].hang_up_after = bytes;
}

void SimulatedNetwork::set_powered(Place place, bool powered) {
  powered ? void(powered_off_.erase(place)) : void(powered_off_.insert(place));
}

void SimulatedNetwork::set_accepting(Place place, bool accepting) {
  accepting ? void(not_accepting_.erase(place)) : void(not_accepting_.insert(place));
}

}  // namespace barnabas::simulation
