// How long our broker takes from its start until it is ready, and until a client's first record is
// acknowledged.
//
//   bench_broker embedded|program [--data yes] [--program path] [--messages rounds]

#include "tests/bench/programs/arguments.hpp"
#include "tests/bench/programs/latency.hpp"
#include "tests/bench/programs/meter.hpp"

#include <barnabas/broker.hpp>
#include <barnabas/producer.hpp>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace {

using namespace barnabas;
using bench::Clock;

/// A folder for a broker's data, new and empty; none when it is to keep everything in memory.
class Folder {
 public:
  explicit Folder(bool wanted) {
    if (!wanted) return;
    path_ = std::filesystem::temp_directory_path() / "barnabas-bench-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make a folder");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

struct Times {
  bench::Latencies ready;
  bench::Latencies acknowledged;
};

void send_first(const std::string& bootstrap) {
  ProducerConfig config;
  Producer producer(config.bootstrap_servers(bootstrap).linger(std::chrono::milliseconds(0)));
  producer.send("first", "message").get().value();
}

void start_embedded(const Folder& folder, Times& times) {
  const auto begin = Clock::now();
  BrokerConfig config;
  config.data_folder(folder.path());
  const Broker broker(config);
  times.ready.add(begin);
  send_first(broker.bootstrap());
  times.acknowledged.add(begin);
}

void start_program(const std::string& program, const Folder& folder, Times& times) {
  const auto begin = Clock::now();
  int output[2];
  if (::pipe(output) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(output[1], STDOUT_FILENO);
    ::close(output[0]);
    const char* const option = folder.path().empty() ? nullptr : "--data";
    ::execl(program.c_str(), "barnabas", "broker", "--listen", "127.0.0.1:0", option,
            folder.path().c_str(), nullptr);
    ::_exit(127);
  }
  ::close(output[1]);
  std::string line;
  for (char next = 0; ::read(output[0], &next, 1) == 1 && next != '\n';) line += next;
  ::close(output[0]);
  times.ready.add(begin);
  send_first(line.substr(line.rfind(' ') + 1));
  times.acknowledged.add(begin);
  ::kill(child, SIGTERM);
  ::waitpid(child, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv, {{"program", ""}, {"data", ""}, {"messages", "20"}});
  try {
    Times times;
    bench::Meter meter("barnabas");
    meter.start();
    const std::uint64_t rounds = arguments.number("messages");
    for (std::uint64_t i = 0; i < rounds; ++i) {
      const Folder folder(!arguments.text("data").empty());
      if (arguments.mode() == "program") {
        start_program(arguments.text("program"), folder, times);
      } else {
        start_embedded(folder, times);
      }
    }
    meter.stop();
    times.ready.note(meter, "ready", 0);
    times.acknowledged.note(meter, "acknowledged", 0);
    meter.print(rounds, 0);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
