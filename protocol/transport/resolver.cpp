#include "protocol/transport/resolver.hpp"

#include "protocol/transport/io_thread.hpp"
#include "protocol/transport/socket_address.hpp"
#include "protocol/transport/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include <netdb.h>

namespace barnabas::transport {

using network::Address;

Result<std::vector<Address>> system_lookup(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::string what = "look-up of " + host;
  if (failure == EAI_SYSTEM) return system_error(ErrorCode::connection_failed, what, errno);
  if (failure != 0) {
    return Error(ErrorCode::connection_failed, what + ": " + ::gai_strerror(failure));
  }
  std::vector<Address> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    Address address = from_socket_address(entry->ai_addr);
    address.port = port;
    const bool known = std::find(addresses.begin(), addresses.end(), address) != addresses.end();
    if (!known) addresses.push_back(address);
  }
  ::freeaddrinfo(found);
  if (addresses.empty()) return Error(ErrorCode::connection_failed, what + ": no IP address");
  return addresses;
}

struct Resolver::State {
  struct Job {
    std::string host;
    std::uint16_t port;
    std::weak_ptr<void> wanted_by;
    Done done;
  };

  explicit State(Lookup function) : lookup(std::move(function)) {}

  const Lookup lookup;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Job> jobs;
  bool started = false;
  bool stopping = false;
};

Resolver::Resolver(Lookup lookup) : state_(std::make_shared<State>(std::move(lookup))) {}

Resolver::~Resolver() {
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_one();
}

void Resolver::resolve(std::string host, std::uint16_t port, std::weak_ptr<void> wanted_by,
                       Done done) {
  std::unique_lock lock(state_->mutex);
  if (!state_->started) {
    const Result<void> started =
        start_detached_thread("barnabas-dns", [state = state_] { work(state); });
    if (!started) {
      lock.unlock();
      done(started.error());
      return;
    }
    state_->started = true;
  }
  state_->jobs.push_back({std::move(host), port, std::move(wanted_by), std::move(done)});
  state_->changed.notify_one();
}

void Resolver::work(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  for (;;) {
    state->changed.wait(lock, [&] { return state->stopping || !state->jobs.empty(); });
    if (state->stopping) return;
    const State::Job job = std::move(state->jobs.front());
    state->jobs.pop_front();
    lock.unlock();
    if (!job.wanted_by.expired()) {
      Result<std::vector<Address>> addresses = state->lookup(job.host, job.port);
      if (!job.wanted_by.expired()) job.done(std::move(addresses));
    }
    lock.lock();
  }
}

}  // namespace barnabas::transport
