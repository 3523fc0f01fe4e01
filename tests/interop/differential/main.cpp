#include "tests/interop/differential/report.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>

// Sends the same requests to Apache Kafka and to our broker and compares the answers field by
// field. Exit status: 0 when every difference is allowed for, 1 otherwise.

namespace {

using namespace barnabas::differential;

struct Options {
  std::uint16_t apache = 0;
  std::uint16_t ours = 0;
  std::string allowances;
  std::string only = "*";
  std::uint64_t seed = 1;
  int rounds = 1;
  int steps = 300;
};

// Returns how many could not be brought to their end.
int run_scenarios(World& world, const Options& options) {
  int unfinished = 0;
  for (const Scenario& scenario : scenarios()) {
    if (!fits(options.only, scenario.name)) continue;
    const auto begin = std::chrono::steady_clock::now();
    world.begin_scenario(std::string(scenario.name));
    const std::size_t before = world.comparison().answers();
    try {
      scenario.run(world);
    } catch (const std::exception& problem) {
      // The rest is still worth knowing.
      std::cout << scenario.name << " did not finish: " << problem.what() << '\n';
      ++unfinished;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::cout << scenario.name << ": " << world.comparison().answers() - before << " answers in "
              << took.count() << " s\n"
              << std::flush;
  }
  if (!fits(options.only, "random requests")) return unfinished;
  for (int round = 0; round < options.rounds; ++round) {
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(round);
    world.begin_scenario("random requests");
    try {
      random_requests(world, seed, options.steps);
    } catch (const std::exception& problem) {
      std::cout << "random requests of seed " << seed << " did not finish: " << problem.what()
                << '\n';
      ++unfinished;
    }
    std::cout << "random requests of seed " << seed << ": " << options.steps << " steps\n"
              << std::flush;
  }
  return unfinished;
}

int run(const Options& options) {
  Allowances allowances = Allowances::read(options.allowances);
  World world({options.apache, options.ours});
  world.await_coordinators();
  const int unfinished = run_scenarios(world, options);
  const Comparison& comparison = world.comparison();
  const std::size_t kinds = report_differences(std::cout, comparison.differences(), allowances);
  // Parts of the test cannot meet all that the whole does.
  const std::size_t unused = options.only == "*" ? report_unused(std::cout, allowances) : 0;
  std::cout << comparison.answers() << " answers and " << comparison.fields()
            << " fields compared; " << comparison.differences().size() << " differ, " << kinds
            << " kinds of them without a reason; " << unused << " reasons without a difference\n";
  return kinds + unused == 0 && unfinished == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Compares the answers of Apache Kafka and of the Barnabas broker");
  Options options;
  app.add_option("--apache", options.apache, "port of Apache Kafka on 127.0.0.1")->required();
  app.add_option("--ours", options.ours, "port of our broker")->required();
  app.add_option("--allowances", options.allowances, "file of intended differences")->required();
  app.add_option("--only", options.only, "scenarios to run; * stands for any text");
  app.add_option("--seed", options.seed, "of the first random sequence");
  app.add_option("--rounds", options.rounds, "how many random sequences");
  app.add_option("--steps", options.steps, "requests in each");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& problem) {
    std::cerr << "differential: " << problem.what() << '\n';
    return 2;
  }
}
