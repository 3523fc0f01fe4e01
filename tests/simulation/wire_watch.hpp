#pragma once

#include "simulation/src/wire_tap.hpp"
#include "tests/simulation/coverage.hpp"
#include "tests/simulation/findings.hpp"

#include <barnabas/api_key.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace barnabas::test {

/// Reads along: which requests are under way on each connection, and, when lines are wanted, what
/// they say.
class WireWatch final : public simulation::WireTap {
 public:
  WireWatch(simulation::World& world, Findings& findings, Coverage& coverage)
      : world_(world), findings_(findings), coverage_(coverage) {}

  /// Most requests of a kind that a client may have under way on one connection.
  void set_limit(const std::string& client, ApiKey api, std::size_t limit) {
    limits_[{client, api}] = limit;
  }

  /// When a coordinator last answered this member's join, sync or heartbeat.
  Instant last_heard_from_coordinator(const std::string& client) const;
  /// How long its last sync took to be answered.
  Duration last_sync_took(const std::string& client) const;

  void opened(std::size_t stream, const std::string& client, const std::string& server) override;
  void sent(std::size_t stream, int side, std::span<const std::byte> bytes) override;
  void ended(std::size_t stream) override;

 private:
  struct Request {
    ApiKey api{};
    std::int16_t version = 0;
    std::int32_t correlation_id = 0;
    Instant at{};
  };
  struct Membership {
    Instant last_heard{};
    Duration sync_took{};
  };
  /// Cuts the bytes of one direction into frames.
  struct Direction {
    std::vector<std::byte> head;  ///< Of the frame that is coming in; all of it when traced.
    std::size_t left = 0;         ///< Bytes of it that are still to come.
    bool in_frame = false;
    bool broken = false;
  };
  struct Connection {
    std::string client;
    std::string server;
    Direction directions[2];
    std::deque<Request> under_way;
  };

  void frame(std::size_t stream, Connection& connection, int side, std::size_t size);
  void request(std::size_t stream, Connection& connection, std::size_t size);
  void response(std::size_t stream, Connection& connection, std::size_t size);

  simulation::World& world_;
  Findings& findings_;
  Coverage& coverage_;
  std::map<std::size_t, Connection> connections_;
  std::map<std::pair<std::string, ApiKey>, std::size_t> limits_;
  std::map<std::string, Membership> memberships_;
};

}  // namespace barnabas::test
