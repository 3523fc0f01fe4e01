#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::chaos {

struct Options {
  std::string bootstrap;  ///< A cluster that somebody else runs, and disturbs.
  std::string program;    ///< Or the program that runs a broker here, to be killed ...
  std::string data;       ///< ... with this data folder ...
  std::vector<std::string> broker_arguments;
  int kills = 50;               ///< ... so many times.
  bool damage_log = false;      ///< Afterwards cut a topic's log: the check must find it.
  bool damage_offsets = false;  ///< The same of what groups committed.

  std::uint64_t seed = 1;
  std::int64_t records = 0;  ///< 0: until the kills are done.
  int producers = 3;
  int partitions = 6;
  std::int16_t replication = -1;
  int min_insync = 0;     ///< 0: the broker's default.
  std::int64_t rate = 0;  ///< Records a second of one producer; 0: no limit.
  bool idempotent = true;
  /// Groups, each by its assignors: "cooperative_sticky" or "range,sticky".
  std::vector<std::string> groups;
  int members = 3;  ///< Of each group.
  std::chrono::milliseconds shortest_life{2000};
  std::chrono::milliseconds longest_life{10000};
  double abandon = 0.05;  ///< How often a member vanishes without leaving its group.
  std::chrono::milliseconds session_timeout{6000};
  std::chrono::seconds limit{300};  ///< For the whole run; the rest is reported as missing.
};

/// From "--name value" pairs. Nothing, with a message on standard error, when they are wrong.
std::optional<Options> parse_options(int count, char** arguments);

}  // namespace barnabas::chaos
