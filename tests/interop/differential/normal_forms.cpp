#include "tests/interop/differential/normal_forms.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace barnabas::differential {
namespace {

constexpr std::array ids{std::string_view("member_id"),  std::string_view("leader"),
                         std::string_view("topic_id"),   std::string_view("producer_id"),
                         std::string_view("session_id"), std::string_view("cluster_id")};
constexpr std::array texts{std::string_view("error_message"), std::string_view("documentation"),
                           std::string_view("batch_index_error_message")};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The kind of id: a leader is a member.
std::string_view kind_of(std::string_view name) {
  return name == "leader" ? std::string_view("member_id") : name;
}

// Values that stand for no id at all.
bool is_nothing(std::string_view name, std::string_view value) {
  return value == "null" || value == "\"\"" || value == "-1" || value == "AAAAAAAAAAAAAAAAAAAAAA" ||
         (name == "session_id" && value == "0");
}

std::string presence(const std::string& text) {
  return text == "null" || text == "\"\"" ? text : "text";
}

bool is_present_time(const std::string& value) {
  constexpr std::string_view year_2023 = "1672531200000";
  return value.size() == year_2023.size() && value >= year_2023 &&
         std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isdigit(c); });
}

}  // namespace

bool NormalForms::same(std::string_view name, const std::string& apache, const std::string& ours) {
  if (name == "throttle_time_ms") return true;
  if (is_one_of(texts, name)) return presence(apache) == presence(ours);
  if (name == "port" && apache == std::to_string(ports_[Side::apache])) {
    return ours == std::to_string(ports_[Side::ours]);
  }
  if (apache == ours) return true;
  if (is_present_time(apache) && is_present_time(ours)) return true;
  if (!is_one_of(ids, name) || is_nothing(name, apache) || is_nothing(name, ours)) return false;
  Both<Pairs>& known = ids_[std::string(kind_of(name))];
  const auto to_ours = known[Side::apache].find(apache);
  const auto to_apache = known[Side::ours].find(ours);
  if (to_ours == known[Side::apache].end() && to_apache == known[Side::ours].end()) {
    known[Side::apache][apache] = ours;
    known[Side::ours][ours] = apache;
    return true;
  }
  return to_ours != known[Side::apache].end() && to_ours->second == ours;
}

std::string NormalForms::in_apache_terms(std::string_view name, const std::string& ours) const {
  const auto known = ids_.find(kind_of(name));
  if (known == ids_.end()) return ours;
  const auto pair = known->second[Side::ours].find(ours);
  return pair == known->second[Side::ours].end() ? ours : pair->second;
}

}  // namespace barnabas::differential
