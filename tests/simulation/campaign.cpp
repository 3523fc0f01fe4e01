#include "tests/simulation/campaign.hpp"

#include "protocol/base/planted_bug.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/run.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace barnabas::test {

namespace {

// One line a message: "R <seed>", "F <seed> <checker> <what>", "C <times> <what>".
void send(int pipe, std::string line) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  line += '\n';
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t count = ::write(pipe, line.data() + at, line.size() - at);
    if (count <= 0) std::_Exit(3);  // nobody listens any more
    at += static_cast<std::size_t>(count);
  }
}

[[noreturn]] void work(const Campaign& campaign, int job, int pipe) {
  if (!campaign.bug.empty() && !plant_bug(campaign.bug)) std::_Exit(2);
  const auto step = static_cast<std::uint64_t>(campaign.jobs);
  Coverage coverage;
  for (std::uint64_t seed = campaign.first + static_cast<std::uint64_t>(job); seed <= campaign.last;
       seed += step) {
    send(pipe, "B " + std::to_string(seed));  // a crash names its seed
    RunResult result = Run(Plan::draw(seed)).perform();
    coverage.add(result.coverage);
    for (const Findings::Finding& finding : result.findings) {
      send(pipe, "F " + std::to_string(seed) + " " + finding.checker + " " + finding.what);
      break;  // the first is the cause
    }
    send(pipe, "R " + std::to_string(seed));
  }
  for (const auto& [what, times] : coverage.hits()) {
    send(pipe, "C " + std::to_string(times) + " " + what);
  }
  std::_Exit(0);
}

struct Job {
  pid_t pid = -1;
  int pipe = -1;
  std::string rest;
  std::uint64_t seed = 0;  // the one under way
  bool idle = true;
};

class Collector {
 public:
  explicit Collector(const Campaign& campaign) : campaign_(campaign) {}

  CampaignResult collect();

 private:
  void start();
  bool read(Job& job);
  void take(Job& job, const std::string& line);
  void end(Job& job);
  void progress();

  const Campaign& campaign_;
  CampaignResult result_;
  std::vector<Job> jobs_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_ = begun_;
};

void Collector::start() {
  for (int number = 0; number < campaign_.jobs; ++number) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    std::fflush(nullptr);
    Job job;
    job.pid = ::fork();
    if (job.pid == 0) {
      ::close(ends[0]);
      work(campaign_, number, ends[1]);
    }
    ::close(ends[1]);
    job.pipe = ends[0];
    jobs_.push_back(std::move(job));
  }
}

void Collector::take(Job& job, const std::string& line) {
  std::istringstream in(line);
  std::string kind;
  in >> kind;
  if (kind == "B") {
    in >> job.seed;
    job.idle = false;
  } else if (kind == "R") {
    job.idle = true;
    ++result_.runs;
  } else if (kind == "F") {
    CampaignResult::Failure failure;
    in >> failure.seed >> failure.checker;
    std::getline(in, failure.what);
    result_.failures.push_back(failure);
    if (campaign_.show_progress) {
      std::printf("\nseed %llu: %s:%s\n", static_cast<unsigned long long>(failure.seed),
                  failure.checker.c_str(), failure.what.c_str());
      std::fflush(stdout);
    }
  } else if (kind == "C") {
    std::uint64_t times = 0;
    in >> times;
    std::string what;
    std::getline(in >> std::ws, what);
    result_.coverage.hit(what, times);
  }
}

bool Collector::read(Job& job) {
  char buffer[4096];
  const ssize_t count = ::read(job.pipe, buffer, sizeof buffer);
  if (count <= 0) return false;
  job.rest.append(buffer, static_cast<std::size_t>(count));
  for (std::size_t end = job.rest.find('\n'); end != std::string::npos; end = job.rest.find('\n')) {
    take(job, job.rest.substr(0, end));
    job.rest.erase(0, end + 1);
  }
  return true;
}

// A job that did not end well has found something that no checker did.
void Collector::end(Job& job) {
  ::close(job.pipe);
  job.pipe = -1;
  int status = 0;
  ::waitpid(job.pid, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) return;  // told to stop
  const std::string how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                              : "status " + std::to_string(WEXITSTATUS(status));
  result_.failures.push_back({job.seed, "no-crash", how});
}

void Collector::progress() {
  const auto now = std::chrono::steady_clock::now();
  result_.seconds = std::chrono::duration<double>(now - begun_).count();
  if (!campaign_.show_progress || now - shown_ < std::chrono::seconds(2)) return;
  shown_ = now;
  std::printf("\r%llu of %llu runs, %.0f a second, %zu failed ",
              static_cast<unsigned long long>(result_.runs),
              static_cast<unsigned long long>(campaign_.last - campaign_.first + 1),
              static_cast<double>(result_.runs) / result_.seconds, result_.failures.size());
  std::fflush(stdout);
}

CampaignResult Collector::collect() {
  start();
  bool stopped = false;
  for (;;) {
    std::vector<pollfd> polled;
    std::vector<Job*> open;
    for (Job& job : jobs_) {
      if (job.pipe < 0) continue;
      polled.push_back({job.pipe, POLLIN, 0});
      open.push_back(&job);
    }
    if (open.empty()) break;
    ::poll(polled.data(), polled.size(), 1000);
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (polled[i].revents != 0 && !read(*open[i])) end(*open[i]);
    }
    progress();
    const bool enough = campaign_.stop_after > 0 && result_.failures.size() >= campaign_.stop_after;
    if (enough && !stopped) {
      stopped = true;
      for (const Job& job : jobs_) {
        if (job.pipe >= 0) ::kill(job.pid, SIGTERM);
      }
    }
  }
  std::sort(result_.failures.begin(), result_.failures.end(),
            [](const auto& a, const auto& b) { return a.seed < b.seed; });
  return std::move(result_);
}

}  // namespace

CampaignResult run_campaign(const Campaign& campaign) { return Collector(campaign).collect(); }

bool plant_bug([[maybe_unused]] const std::string& name) {
#if BARNABAS_PLANTED_BUGS
  for (std::size_t i = 0; i < planted_bug_names.size(); ++i) {
    if (planted_bug_names[i] != name) continue;
    active_planted_bug = static_cast<PlantedBug>(i);
    return true;
  }
#endif
  return false;
}

}  // namespace barnabas::test
