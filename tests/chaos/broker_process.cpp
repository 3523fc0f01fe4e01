#include "tests/chaos/broker_process.hpp"

#include <chrono>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace barnabas::chaos {

BrokerProcess::BrokerProcess(std::string program, std::string data,
                             std::vector<std::string> arguments)
    : program_(std::move(program)),
      data_(std::move(data)),
      arguments_(std::move(arguments)),
      bootstrap_("127.0.0.1:0") {}

BrokerProcess::~BrokerProcess() { kill(); }

bool BrokerProcess::start() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  std::vector<std::string> words{program_, "broker", "--listen", bootstrap_, "--data", data_};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execv(program_.c_str(), argv.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  if (output_ >= 0) ::close(output_);
  output_ = ends[0];

  // "... ready at HOST:PORT\n"
  std::string line;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (line.find('\n') == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd wanted{output_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0) return false;
    char bytes[256];
    const ssize_t count = ::read(output_, bytes, sizeof bytes);
    if (count <= 0) return false;
    line.append(bytes, static_cast<std::size_t>(count));
  }
  line.erase(line.find('\n'));
  bootstrap_ = line.substr(line.rfind(' ') + 1);
  return true;
}

void BrokerProcess::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

int BrokerProcess::terminate() {
  if (pid_ <= 0) return -1;
  ::kill(pid_, SIGTERM);
  return wait();
}

bool BrokerProcess::ended() {
  siginfo_t state{};
  return pid_ <= 0 ||
         (::waitid(P_PID, static_cast<id_t>(pid_), &state, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          state.si_pid == pid_);
}

int BrokerProcess::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace barnabas::chaos
