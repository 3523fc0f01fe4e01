#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/cluster_options.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace barnabas::client {

/// Which topics matter, and when metadata is asked for: by age, because of an error, and for topics
/// that are new. Requests for the same reason are merged; at most one is under way.
///
///   state      event                          next state
///   ---------  -----------------------------  ---------------------------------------------------
///   idle       watch, request, age            due: a new topic at once, a request after a pause
///                                             that grows while requests follow each other
///   due        take_due                       asking
///   asking     succeeded                      idle, or due after a pause when a watched topic is
///                                             still unknown
///   asking     failed                         due, after a growing pause for everything
///
/// No topic waits for the pause of another, and what is asked about some does not put off the age
/// of all.
class MetadataSchedule {
 public:
  using TopicNames = std::set<std::string, std::less<>>;

  /// What one refresh asks for.
  struct Refresh {
    bool all_topics = false;  ///< Every topic of the cluster.
    bool complete = false;    ///< All topics of interest, so that others can be forgotten.
    TopicNames topics;        ///< By name, unless all_topics.
  };

  MetadataSchedule(const ClusterOptions& options, Random& random);

  void watch(const Now& now, std::string_view topic);
  void unwatch(std::string_view topic);
  void watch_all(const Now& now, bool all);
  const TopicNames& watched() const noexcept { return watched_; }

  /// Somebody met an error that fresh metadata may explain.
  void request(const Now& now);
  /// Somebody needs metadata as such: asks unless it was had already.
  void need_any();

  std::optional<Instant> next_deadline() const;
  /// The refresh that is due, which counts as under way from here on.
  std::optional<Refresh> take_due(const Now& now);
  /// `unknown` are watched topics that the response could not describe for a passing reason.
  void succeeded(const Now& now, const TopicNames& unknown);
  void failed(const Now& now);
  /// Since when refreshes have been failing; nothing after a success.
  std::optional<Instant> failing_since() const noexcept { return failing_since_; }
  void restart_failing(const Now& now) { failing_since_ = now.monotonic; }

 private:
  const ClusterOptions& options_;
  Backoff backoff_;
  Random& random_;

  bool wants_complete(const Now& now) const;
  std::optional<Instant> aged_at() const;

  TopicNames watched_;
  TopicNames new_;      // watched and never asked about
  TopicNames unknown_;  // asked about and not described yet
  TopicNames asked_;    // of interest to the refresh under way
  bool all_ = false;
  bool asking_ = false;
  bool asked_completely_ = false;
  bool complete_wanted_ = false;
  Instant new_at_{};       // when new topics are asked for
  Instant unknown_at_{};   // and unknown ones
  Instant complete_at_{};  // and everything, if that is wanted
  Instant not_before_{};   // nothing at all, after a failure
  std::optional<Instant> last_complete_;
  std::optional<Instant> last_request_;
  std::optional<Instant> failing_since_;
  std::uint32_t failures_ = 0;
  std::uint32_t requests_in_a_row_ = 0;
  std::uint32_t unknown_in_a_row_ = 0;
};

}  // namespace barnabas::client
