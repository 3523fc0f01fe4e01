#include "tests/interop/differential/comparison.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace barnabas::differential {
namespace {

// What names an element of a list.
constexpr std::array key_fields{std::string_view("name"),
                                std::string_view("topic"),
                                std::string_view("topic_id"),
                                std::string_view("topic_name"),
                                std::string_view("group_id"),
                                std::string_view("member_id"),
                                std::string_view("partition"),
                                std::string_view("partition_index"),
                                std::string_view("index"),
                                std::string_view("api_key"),
                                std::string_view("node_id"),
                                std::string_view("broker_id"),
                                std::string_view("key"),
                                std::string_view("resource_type"),
                                std::string_view("resource_name"),
                                std::string_view("batch_index"),
                                std::string_view("group_instance_id")};

constexpr std::string_view there = "(there)";
constexpr std::string_view absent = "(absent)";

std::string without_quotes(const std::string& text) {
  if (text.size() < 2 || text.front() != '"') return text;
  return text.substr(1, text.size() - 2);
}

bool is_list_of_structures(const Value& list) {
  return !list.elements.empty() && list.elements.front().kind == Value::Kind::structure;
}

// For lists of plain values, whose order means nothing either.
std::string sorted_text(Value list) {
  std::sort(list.elements.begin(), list.elements.end(),
            [](const Value& a, const Value& b) { return a.text < b.text; });
  return list.to_string();
}

}  // namespace

void Comparison::compare(const Step& step, const Both<Value>& answers) {
  // The first field is whether there was an answer at all.
  step_ = &step;
  ++answers_;
  const auto& [field, outcome] = answers[Side::apache].fields.front();
  const Value& our_outcome = answers[Side::ours].fields.front().second;
  if (outcome.text != our_outcome.text) return differ(field, outcome.text, our_outcome.text);
  compare("", "", answers[Side::apache], answers[Side::ours]);
}

void Comparison::differ(const std::string& path, std::string apache, std::string ours) {
  differences_.push_back({*step_, path, {std::move(apache), std::move(ours)}});
}

void Comparison::compare(const std::string& path, const std::string& name, const Value& apache,
                         const Value& ours) {
  if (apache.kind != ours.kind) {
    differ(path, apache.kind == Value::Kind::text ? apache.text : std::string(there),
           ours.kind == Value::Kind::text ? ours.text : std::string(there));
    return;
  }
  switch (apache.kind) {
    case Value::Kind::text:
      ++fields_;
      if (!forms_.same(name, apache.text, ours.text)) differ(path, apache.text, ours.text);
      break;
    case Value::Kind::structure: {
      const std::string prefix = path.empty() ? "" : path + ".";
      // What stands beside an error is a consequence of it.
      const Value* error = apache.find("error_code");
      const Value* our_error = ours.find("error_code");
      if (error && our_error && error->text != our_error->text) {
        return differ(prefix + "error_code", error->text, our_error->text);
      }
      for (const auto& [field, value] : apache.fields) {
        const Value* other = ours.find(field);
        if (other) {
          compare(prefix + field, field, value, *other);
        } else {
          differ(prefix + field, value.to_string(), std::string(absent));
        }
      }
      for (const auto& [field, value] : ours.fields) {
        if (!apache.find(field)) differ(prefix + field, std::string(absent), value.to_string());
      }
      break;
    }
    case Value::Kind::array:
      if (is_list_of_structures(apache) || is_list_of_structures(ours)) {
        compare_lists(path, apache, ours);
      } else {
        ++fields_;
        if (sorted_text(apache) != sorted_text(ours)) {
          differ(path, apache.to_string(), ours.to_string());
        }
      }
      break;
  }
}

std::vector<std::string> Comparison::keys_of(const Value& list, Side side) {
  std::map<std::string, int> seen;
  std::vector<std::string> keys;
  for (const Value& element : list.elements) {
    std::string key;
    for (const std::string_view field : key_fields) {
      const Value* value = element.find(field);
      if (!value || value->text == "\"\"" || value->text == "AAAAAAAAAAAAAAAAAAAAAA") continue;
      const std::string text =
          side == Side::ours ? forms_.in_apache_terms(field, value->text) : value->text;
      if (text == "null") continue;
      if (!key.empty()) key += '/';
      key += without_quotes(text);
    }
    const int times = ++seen[key];
    if (times > 1) key += '#' + std::to_string(times);
    keys.push_back(std::move(key));
  }
  return keys;
}

void Comparison::compare_lists(const std::string& path, const Value& apache, const Value& ours) {
  const std::vector<std::string> our_keys = keys_of(ours, Side::ours);
  const std::vector<std::string> their_keys = keys_of(apache, Side::apache);
  std::vector<bool> matched(our_keys.size());
  // Ids that were never seen on either side cannot match by key: what is left over is matched in
  // order, as long as it is equally much.
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < their_keys.size(); ++i) {
    const auto found = std::find(our_keys.begin(), our_keys.end(), their_keys[i]);
    if (found == our_keys.end()) {
      left.push_back(i);
      continue;
    }
    const auto at = static_cast<std::size_t>(found - our_keys.begin());
    matched[at] = true;
    compare(path + "[" + their_keys[i] + "]", "", apache.elements[i], ours.elements[at]);
  }
  std::vector<std::size_t> our_left;
  for (std::size_t i = 0; i < our_keys.size(); ++i) {
    if (!matched[i]) our_left.push_back(i);
  }
  if (left.size() == our_left.size()) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      compare(path + "[" + their_keys[left[i]] + "]", "", apache.elements[left[i]],
              ours.elements[our_left[i]]);
    }
    return;
  }
  for (const std::size_t i : left) {
    differ(path + "[" + their_keys[i] + "]", std::string(there), std::string(absent));
  }
  for (const std::size_t i : our_left) {
    differ(path + "[" + our_keys[i] + "]", std::string(absent), std::string(there));
  }
}

}  // namespace barnabas::differential
