#include "tests/chaos/options.hpp"

#include <charconv>
#include <functional>
#include <iostream>
#include <map>
#include <string_view>

namespace barnabas::chaos {

namespace {

constexpr const char* usage =
    "usage: barnabas_chaos (--bootstrap SERVERS | --program BARNABAS --data DIR [--kills N]\n"
    "         [--broker-argument ARGUMENT]... [--damage log|offsets])\n"
    "       [--seed N] [--records N] [--producers N] [--partitions N] [--replication N]\n"
    "       [--min-insync N] [--rate N] [--idempotent 0|1] [--group ASSIGNOR[,ASSIGNOR]]...\n"
    "       [--members N] [--shortest-life MS] [--longest-life MS] [--abandon PERCENT]\n"
    "       [--session-timeout MS] [--limit SECONDS]\n"
    "Producers write while members of groups come and go; at the end every promise is checked.\n"
    "Exit status: 0 all kept, 1 some broken, 2 wrong arguments.\n";

using Setter = std::function<bool(std::string_view)>;

template <class Integer>
Setter number(Integer& target, std::int64_t smallest) {
  return [&target, smallest](std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < smallest) return false;
    target = static_cast<Integer>(value);
    return true;
  };
}

template <class Unit>
Setter time(Unit& target) {
  return [&target](std::string_view text) {
    std::int64_t value = 0;
    if (!number(value, 1)(text)) return false;
    target = Unit(value);
    return true;
  };
}

Setter string(std::string& target) {
  return [&target](std::string_view text) { return target = text, !text.empty(); };
}

Setter list(std::vector<std::string>& target) {
  return [&target](std::string_view text) { return target.emplace_back(text), !text.empty(); };
}

std::optional<Options> wrong(const std::string& what) {
  std::cerr << "barnabas_chaos: " << what << "\n" << usage;
  return std::nullopt;
}

}  // namespace

std::optional<Options> parse_options(int count, char** arguments) {
  Options options;
  const std::map<std::string_view, Setter> setters{
      {"--bootstrap", string(options.bootstrap)},
      {"--program", string(options.program)},
      {"--data", string(options.data)},
      {"--broker-argument", list(options.broker_arguments)},
      {"--kills", number(options.kills, 0)},
      {"--damage",
       [&options](std::string_view what) {
         options.damage_log = what == "log";
         options.damage_offsets = what == "offsets";
         return options.damage_log || options.damage_offsets;
       }},
      {"--seed", number(options.seed, 0)},
      {"--records", number(options.records, 1)},
      {"--producers", number(options.producers, 1)},
      {"--partitions", number(options.partitions, 1)},
      {"--replication", number(options.replication, 1)},
      {"--min-insync", number(options.min_insync, 1)},
      {"--rate", number(options.rate, 1)},
      {"--idempotent", number(options.idempotent, 0)},
      {"--group", list(options.groups)},
      {"--members", number(options.members, 1)},
      {"--shortest-life", time(options.shortest_life)},
      {"--longest-life", time(options.longest_life)},
      {"--abandon",
       [&options](std::string_view text) {
         int percent = 0;
         if (!number(percent, 0)(text) || percent > 100) return false;
         options.abandon = percent / 100.0;
         return true;
       }},
      {"--session-timeout", time(options.session_timeout)},
      {"--limit", time(options.limit)},
  };
  for (int at = 1; at < count; at += 2) {
    const auto setter = setters.find(arguments[at]);
    if (setter == setters.end() || at + 1 == count) {
      return wrong(std::string(arguments[at]) + " is not an option, or its value is missing");
    }
    if (!setter->second(arguments[at + 1])) {
      return wrong(std::string(arguments[at]) + " " + arguments[at + 1] + ": not valid");
    }
  }
  if (options.bootstrap.empty() == options.program.empty()) {
    return wrong("either --bootstrap or --program is needed");
  }
  if (options.program.empty() && options.records == 0) return wrong("--records is needed");
  if (!options.program.empty() && options.data.empty()) return wrong("--data is needed");
  if (options.longest_life < options.shortest_life) return wrong("lives end before they begin");
  if (options.groups.empty()) options.groups = {"cooperative_sticky", "range,sticky"};
  return options;
}

}  // namespace barnabas::chaos
