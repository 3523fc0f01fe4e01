#include "tests/simulation/bug_search.hpp"
#include "tests/simulation/campaign.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/run.hpp"
#include "tests/simulation/shrink.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::test;

namespace {

constexpr const char* usage =
    "barnabas-simulate: looks for bugs in client and broker, in virtual time\n"
    "  --seed N [--trace]          replays one run; the failed check comes last\n"
    "  --plan FILE [--trace]       the same for a plan that was kept\n"
    "  --shrink                    with --seed or --plan: prints a smaller plan that fails alike\n"
    "  --seeds A-B [--jobs 2]      a campaign; --quiet leaves the coverage out\n"
    "  --hashes A-B                one line a seed: what two builds must have in common\n"
    "  --bug NAME                  with all of these: with a planted bug\n"
    "  --bugs [--seeds 1-5000]     every planted bug, and how many seeds it takes to find it\n"
    "  --known FILE                with --bugs: seeds that are tried first\n"
    "  --regressions FOLDER        every kept plan in a folder; none may fail\n";

struct Options {
  std::optional<std::uint64_t> seed;
  std::string plan;
  std::uint64_t first = 1;
  std::uint64_t last = 5000;
  bool campaign = false;
  bool hashes = false;
  bool trace = false;
  bool shrink = false;
  bool bugs = false;
  bool quiet = false;
  int jobs = 1;
  std::string bug;
  std::string known;
  std::string regressions;
};

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--trace") {
      options.trace = true;
    } else if (word == "--shrink") {
      options.shrink = true;
    } else if (word == "--bugs") {
      options.bugs = true;
    } else if (word == "--quiet") {
      options.quiet = true;
    } else if (i + 1 == words.size()) {
      return std::nullopt;
    } else if (word == "--seed") {
      options.seed = std::strtoull(words[++i].c_str(), nullptr, 10);
    } else if (word == "--plan") {
      options.plan = words[++i];
    } else if (word == "--seeds" || word == "--hashes") {
      (word == "--seeds" ? options.campaign : options.hashes) = true;
      char* rest = nullptr;
      options.first = std::strtoull(words[++i].c_str(), &rest, 10);
      options.last = *rest == '-' ? std::strtoull(rest + 1, nullptr, 10) : options.first;
    } else if (word == "--jobs") {
      options.jobs = std::max(1, std::atoi(words[++i].c_str()));
    } else if (word == "--bug") {
      options.bug = words[++i];
    } else if (word == "--known") {
      options.known = words[++i];
    } else if (word == "--regressions") {
      options.regressions = words[++i];
    } else {
      return std::nullopt;
    }
  }
  return options;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void print(std::string_view line) {
  std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
}

int replay(const Plan& plan, bool trace) {
  std::printf("%s", plan.to_text().c_str());
  const RunResult result = Run(plan, trace ? print : simulation::Trace::Sink()).perform();
  std::printf("trace %016llx, %llu events, %.1f virtual seconds\n",
              static_cast<unsigned long long>(result.trace_hash),
              static_cast<unsigned long long>(result.events),
              static_cast<double>(result.virtual_time.count()) / 1e9);
  for (const Findings::Finding& finding : result.findings) {
    std::printf("FAILED %s: %s\n", finding.checker.c_str(), finding.what.c_str());
  }
  return result.findings.empty() ? 0 : 1;
}

// What was found without its figures: a smaller plan is to fail in the same way.
std::string kind_of(const Findings::Finding& finding) {
  std::string kind = finding.checker + ' ' + finding.what;
  std::erase_if(kind, [](char letter) { return letter >= '0' && letter <= '9'; });
  return kind;
}

int show_smaller(const Plan& plan) {
  const RunResult whole = Run(plan).perform();
  if (whole.findings.empty()) {
    std::printf("it does not fail\n");
    return 0;
  }
  const std::string kind = kind_of(whole.findings.front());
  const Plan small = shrink(plan, [&](const Plan& smaller) {
    const RunResult result = Run(smaller).perform();
    return !result.findings.empty() && kind_of(result.findings.front()) == kind;
  });
  const Findings::Finding finding = Run(small).perform().findings.front();
  std::printf("# %s: %s\n%s", finding.checker.c_str(), finding.what.c_str(),
              small.to_text().c_str());
  return 1;
}

int run_seeds(const Options& options) {
  Campaign campaign;
  campaign.first = options.first;
  campaign.last = options.last;
  campaign.jobs = options.jobs;
  campaign.bug = options.bug;
  const CampaignResult result = run_campaign(campaign);
  std::map<std::string, std::vector<std::uint64_t>> by_checker;
  for (const auto& failure : result.failures) by_checker[failure.checker].push_back(failure.seed);
  if (!options.quiet) {
    std::printf("\nreached:\n");
    for (const auto& [what, times] : result.coverage.hits()) {
      std::printf("  %10llu  %s\n", static_cast<unsigned long long>(times), what.c_str());
    }
  }
  std::printf("\n%llu runs in %.1f s, %.0f a second; %zu failed\n",
              static_cast<unsigned long long>(result.runs), result.seconds,
              static_cast<double>(result.runs) / std::max(result.seconds, 0.001),
              result.failures.size());
  for (const auto& [checker, seeds] : by_checker) {
    std::printf("  %-24s %zu, the first is seed %llu\n", checker.c_str(), seeds.size(),
                static_cast<unsigned long long>(seeds.front()));
  }
  return result.failures.empty() ? 0 : 1;
}

int print_hashes(const Options& options) {
  for (std::uint64_t seed = options.first; seed <= options.last; ++seed) {
    const RunResult result = Run(Plan::draw(seed)).perform();
    std::printf("%llu %016llx\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(result.trace_hash));
  }
  return 0;
}

// Every planted bug must be found.
int find_bugs(const Options& options) {
  BugSearch search;
  if (!options.bug.empty()) search.bugs = {options.bug};
  if (!options.known.empty() && !search.read_known(read_file(options.known))) {
    std::fprintf(stderr, "%s is not a list of bugs and seeds\n", options.known.c_str());
    return 2;
  }
  search.first = options.first;
  search.last = options.last;
  search.jobs = options.jobs;
  const int missed = search_bugs(search);
  if (missed < 0) std::fprintf(stderr, "this build has no such planted bugs\n");
  return missed == 0 ? 0 : 1;
}

int run_regressions(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".plan") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  int failed = 0;
  for (const std::string& file : files) {
    const RunResult result = Run(Plan::parse(read_file(file)).value()).perform();
    if (result.findings.empty()) continue;
    ++failed;
    std::printf("%s: %s: %s\n", file.c_str(), result.findings.front().checker.c_str(),
                result.findings.front().what.c_str());
  }
  std::printf("%zu kept plans, %d failed\n", files.size(), failed);
  return failed == 0 && !files.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> options = parse(argc, argv);
  const bool something =
      options && (options->seed || !options->plan.empty() || options->campaign || options->bugs ||
                  options->hashes || !options->regressions.empty());
  if (!something) {
    std::fputs(usage, stderr);
    return 2;
  }
  if (options->bugs) return find_bugs(*options);
  if (options->hashes) return print_hashes(*options);
  if (!options->regressions.empty()) return run_regressions(options->regressions);
  if (!options->seed && options->plan.empty()) return run_seeds(*options);
  if (!options->bug.empty() && !plant_bug(options->bug)) {
    std::fprintf(stderr, "no such planted bug in this build: %s\n", options->bug.c_str());
    return 2;
  }
  Plan plan;
  if (options->seed) {
    plan = Plan::draw(*options->seed);
  } else {
    const Result<Plan> parsed = Plan::parse(read_file(options->plan));
    if (!parsed) {
      std::fprintf(stderr, "%s: %s\n", options->plan.c_str(), parsed.error().to_string().c_str());
      return 2;
    }
    plan = *parsed;
  }
  return options->shrink ? show_smaller(plan) : replay(plan, options->trace);
}
