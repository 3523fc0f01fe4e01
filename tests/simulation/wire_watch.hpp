#pragma once

#include "simulation/src/wire_tap.hpp"
#include "tests/simulation/coverage.hpp"
#include "tests/simulation/findings.hpp"
#include "tests/simulation/old_broker.hpp"

#include <barnabas/api_key.hpp>
#include <barnabas/bytes.hpp>
#include <barnabas/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

  /// What brokers serve: clients ask for nothing beyond. Lifetime: outlives this.
  void set_versions(const OldBroker& broker) noexcept { old_broker_ = &broker; }
  /// Expects that clients send nothing while they are told to wait, from `grace` after the answer
  /// was sent: it has to arrive first.
  void follow_throttling(Duration grace) noexcept { throttling_grace_ = grace; }
  /// The most bytes that a consumer's fetches under way may ask for.
  void set_fetch_limit(const std::string& client, std::int64_t bytes) {
    fetch_limits_[client] = bytes;
  }

  struct GivenUp {
    ApiKey api{};
    BytesView frame;  ///< Of a commit, without its size.
  };
  /// Called for every request that is unanswered when its client gives the connection up: brokers
  /// may carry it out later. Produce without acknowledgements counts until something behind it is
  /// answered.
  void set_on_given_up(std::function<void(const std::string& client, const GivenUp&)> call) {
    on_given_up_ = std::move(call);
  }

  /// A client of this name begins anew: as no member.
  void forget_member(const std::string& client) { memberships_.erase(client); }
  /// Since when what its coordinator told this member last may be no longer true: of a sync or a
  /// heartbeat when it was asked for, because its answer may have been held back since then; of a
  /// join, which waits for others, when it was answered.
  Instant last_heard_from_coordinator(const std::string& client) const;
  /// Since when it knows that it has to join again, and has not been taken in.
  std::optional<Instant> told_to_join_at(const std::string& client) const;
  /// Whether a sync told the member that the group is stored with it.
  bool is_known_to_the_log(const std::string& client) const;

  void opened(std::size_t stream, const std::string& client, const std::string& server) override;
  void sent(std::size_t stream, int side, std::span<const std::byte> bytes) override;
  void arrived(std::size_t stream, int side, std::size_t count) override;
  void closed(std::size_t stream, int side) override;
  void ended(std::size_t stream) override;

 private:
  struct Request {
    ApiKey api{};
    std::int16_t version = 0;
    std::int32_t correlation_id = 0;
    Instant at{};
    std::int64_t fetch_bytes = 0;   ///< What a fetch asks for at most.
    std::vector<std::byte> commit;  ///< All of a commit, without its size.
  };
  struct Membership {
    Instant last_heard{};
    bool stored = false;
    std::optional<Instant> to_join;
  };
  /// What a response says of the membership, for when its last byte, the one at `end` of its
  /// direction, has arrived.
  struct News {
    std::uint64_t end = 0;
    Request request;
    ErrorCode error{};
    Instant true_at{};
  };
  /// Cuts the bytes of one direction into frames.
  struct Direction {
    std::vector<std::byte> head;  ///< Of the frame that is coming in; all of it when traced.
    std::size_t left = 0;         ///< Bytes of it that are still to come.
    bool in_frame = false;
    bool broken = false;
    std::uint64_t position = 0;  ///< Bytes that were cut.
    std::uint64_t arrived = 0;
  };
  struct Connection {
    std::string client;
    std::string server;
    Direction directions[2];
    std::deque<Request> under_way;
    std::deque<News> news;
    bool given_up = false;  ///< By the client.
    Instant quiet_from{};   ///< Throttled from here
    Instant quiet_to{};     ///< to here.
  };

  void frame(std::size_t stream, Connection& connection, int side, std::size_t size);
  void request(std::size_t stream, Connection& connection, std::size_t size);
  void response(std::size_t stream, Connection& connection, std::size_t size);
  bool counts(const Connection& connection, const Request& request) const;
  void check_version(const Connection& connection, const Request& request);
  void check_fetches(const std::string& client);
  void note_membership(const std::string& client, const News& news);
  void note_throttling(Connection& connection, std::string_view text);

  simulation::World& world_;
  Findings& findings_;
  Coverage& coverage_;
  std::map<std::size_t, Connection> connections_;
  std::map<std::pair<std::string, ApiKey>, std::size_t> limits_;
  std::map<std::string, Membership> memberships_;
  std::map<std::string, Instant> joined_at_;
  std::map<std::string, std::int64_t> fetch_limits_;
  std::function<void(const std::string&, const GivenUp&)> on_given_up_;
  const OldBroker* old_broker_ = nullptr;
  std::optional<Duration> throttling_grace_;
};

}  // namespace barnabas::test
