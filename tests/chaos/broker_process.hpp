#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace barnabas::chaos {

/// `barnabas broker` in a process of its own, always on the same port and data folder.
class BrokerProcess {
 public:
  BrokerProcess(std::string program, std::string data, std::vector<std::string> arguments);
  /// Kills it.
  ~BrokerProcess();
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;

  /// Returns when it is ready; false when it is not within 30 seconds.
  bool start();
  /// SIGKILL, and waits for the end.
  void kill();
  /// SIGTERM; the exit status, or -1 when a signal ended it.
  int terminate();
  /// Whether it ended by itself.
  bool ended();

  const std::string& bootstrap() const noexcept { return bootstrap_; }
  const std::string& data() const noexcept { return data_; }

 private:
  int wait();

  std::string program_;
  std::string data_;
  std::vector<std::string> arguments_;
  std::string bootstrap_;
  pid_t pid_ = 0;
  int output_ = -1;
};

}  // namespace barnabas::chaos
