#pragma once

#include "tests/interop/differential/sides.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace barnabas::differential {

/// What cannot be equal and is made comparable. This is the whole list:
///   throttle_time_ms                    not compared
///   error_message, documentation, ...   text for people: only whether there is one
///   port                                the broker's own port counts as "port"
///   member_id, leader, topic_id, producer_id, session_id, cluster_id
///                                       chosen by each broker: the two ids of a first meeting
///                                       belong together from then on
///   times later than 2023               counts as "now" (what the tests produce is older)
class NormalForms {
 public:
  explicit NormalForms(Both<std::uint16_t> ports) : ports_(ports) {}

  /// Whether the two values of a field called `name` mean the same. Values are as printed.
  bool same(std::string_view name, const std::string& apache, const std::string& ours);
  /// Our value in terms of Apache Kafka's, as far as it is known: for matching elements of lists.
  std::string in_apache_terms(std::string_view name, const std::string& ours) const;

 private:
  using Pairs = std::map<std::string, std::string, std::less<>>;

  Both<std::uint16_t> ports_;
  std::map<std::string, Both<Pairs>, std::less<>> ids_;  // by kind; each side's to the other's
};

}  // namespace barnabas::differential
