#include "tests/interop/differential/allowances.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace barnabas::differential {
namespace {

class AllowanceReader {
 public:
  explicit AllowanceReader(const std::string& path) : path_(path), file_(path) {
    if (!file_) throw std::runtime_error("cannot read " + path);
  }

  std::vector<Allowance> read() {
    std::vector<Allowance> all;
    for (std::string line; std::getline(file_, line);) {
      ++number_;
      if (line.empty() || line.front() == '#') continue;
      if (line.front() == ' ') {
        if (all.empty()) fail("a reason without an entry");
        all.back().reason += line;
      } else {
        all.push_back(entry(line));
      }
    }
    for (const Allowance& allowance : all) {
      number_ = allowance.line;
      if (allowance.reason.empty()) fail("an entry without a reason");
    }
    return all;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(path_ + ":" + std::to_string(number_) + ": " + what);
  }

  Allowance entry(const std::string& line) {
    Allowance allowance;
    allowance.text = line;
    allowance.line = number_;
    std::istringstream words(line);
    std::string versions, arrow, in;
    if (!(words >> allowance.api >> versions >> allowance.field)) fail("API VERSIONS FIELD needed");
    allowance.values[Side::apache] = value(words);
    if (!(words >> arrow) || arrow != "->") fail("-> is missing");
    allowance.values[Side::ours] = value(words);
    if (words >> in) {
      if (in != "in") fail("what is '" + in + "'?");
      std::getline(words >> std::ws, allowance.step);
    }
    if (versions != "*") {
      const std::size_t dash = versions.find('-');
      allowance.from = static_cast<std::int16_t>(std::stoi(versions.substr(0, dash)));
      allowance.to = dash == std::string::npos
                         ? allowance.from
                         : static_cast<std::int16_t>(std::stoi(versions.substr(dash + 1)));
    }
    return allowance;
  }

  // A word, or text in quotes, which belong to it.
  std::string value(std::istringstream& words) const {
    std::string word;
    words >> word;
    while (word.front() == '"' && (word.size() == 1 || word.back() != '"')) {
      std::string more;
      if (!(words >> more)) fail("a quote is missing");
      word += " " + more;
    }
    if (word.empty()) fail("a value is missing");
    return word;
  }

  std::string path_;
  std::ifstream file_;
  std::size_t number_ = 0;
};

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, after_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Allowances Allowances::read(const std::string& path) {
  Allowances allowances;
  allowances.all_ = AllowanceReader(path).read();
  return allowances;
}

bool Allowances::allows(const Difference& difference) {
  const Step& step = difference.step;
  for (Allowance& allowance : all_) {
    if (fits(allowance.api, step.api) && step.version >= allowance.from &&
        step.version <= allowance.to && fits(allowance.field, difference.field) &&
        fits(allowance.values[Side::apache], difference.values[Side::apache]) &&
        fits(allowance.values[Side::ours], difference.values[Side::ours]) &&
        fits(allowance.step, step.scenario + ": " + step.name)) {
      ++allowance.matches;
      return true;
    }
  }
  return false;
}

}  // namespace barnabas::differential
