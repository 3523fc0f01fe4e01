#include "tests/simulation/bug_search.hpp"

#include "protocol/base/planted_bug.hpp"
#include "tests/simulation/campaign.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/run.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace barnabas::test {

namespace {

// A run takes milliseconds; one that takes this many seconds does not end.
constexpr unsigned longest_run = 120;

/// What a process tells about its search, in memory that it shares.
struct Account {
  std::uint64_t seed = 0;  ///< The one under way, or the one that found it.
  std::uint64_t seeds = 0;
  std::uint64_t runs = 0;
  bool found = false;
  char checker[48] = {};
};

bool try_seed(const std::string& bug, std::uint64_t seed, Account& account) {
  account.seed = seed;
  ++account.seeds;
  ++account.runs;
  ::alarm(longest_run);
  plant_bug(bug);
  const RunResult with = Run(Plan::draw(seed)).perform();
  if (with.findings.empty()) return false;
  plant_bug(std::string(planted_bug_names.front()));
  ++account.runs;
  if (!Run(Plan::draw(seed)).perform().findings.empty()) return false;  // it fails without, too
  account.found = true;
  std::strncpy(account.checker, with.findings.front().checker.c_str(), sizeof account.checker - 1);
  return true;
}

[[noreturn]] void look_for(const BugSearch& search, const std::string& bug, Account& account) {
  const auto known = search.known.find(bug);
  if (known != search.known.end() && try_seed(bug, known->second, account)) std::_Exit(0);
  for (std::uint64_t seed = search.first; seed <= search.last; ++seed) {
    if (try_seed(bug, seed, account)) break;
  }
  std::_Exit(0);
}

// A run that crashes or does not end has found its bug as well.
void judge(int status, Account& account) {
  if (!WIFSIGNALED(status) && WEXITSTATUS(status) == 0) return;
  account.found = true;
  const bool endless = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
  std::strcpy(account.checker, endless ? "no-hang" : "no-crash");
}

void print(const std::string& bug, const Account& account) {
  if (account.found) {
    std::printf("%-36s %6llu seeds, seed %llu, %s\n", bug.c_str(),
                static_cast<unsigned long long>(account.seeds),
                static_cast<unsigned long long>(account.seed), account.checker);
  } else {
    std::printf("%-36s not found in %llu seeds\n", bug.c_str(),
                static_cast<unsigned long long>(account.seeds));
  }
  std::fflush(stdout);
}

}  // namespace

bool BugSearch::read_known(std::string_view text) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string bug;
    std::uint64_t seed = 0;
    if (!(words >> bug)) continue;
    if (!(words >> seed)) return false;
    known[bug] = seed;
  }
  return true;
}

int search_bugs(const BugSearch& search) {
  std::vector<std::string> bugs = search.bugs;
  if (bugs.empty()) bugs.assign(planted_bug_names.begin() + 1, planted_bug_names.end());
  for (const std::string& bug : bugs) {
    if (!plant_bug(bug)) return -1;
  }
  const std::size_t bytes = bugs.size() * sizeof(Account);
  void* const shared =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return -1;
  auto* const accounts = static_cast<Account*>(shared);
  std::map<pid_t, std::size_t> under_way;
  int missed = 0;
  const auto wait = [&] {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    const auto found = under_way.find(ended);
    if (found == under_way.end()) return;
    Account& account = accounts[found->second];
    judge(status, account);
    if (!account.found) ++missed;
    print(bugs[found->second], account);
    under_way.erase(found);
  };
  for (std::size_t i = 0; i < bugs.size(); ++i) {
    accounts[i] = {};
    if (under_way.size() == static_cast<std::size_t>(std::max(search.jobs, 1))) wait();
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid == 0) look_for(search, bugs[i], accounts[i]);
    under_way[pid] = i;
  }
  while (!under_way.empty()) wait();
  std::uint64_t runs = 0;
  for (std::size_t i = 0; i < bugs.size(); ++i) runs += accounts[i].runs;
  ::munmap(shared, bytes);
  std::printf("%zu planted bugs, %d not found, %llu runs\n", bugs.size(), missed,
              static_cast<unsigned long long>(runs));
  return missed;
}

}  // namespace barnabas::test
