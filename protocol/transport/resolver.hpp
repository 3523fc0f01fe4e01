#pragma once

#include "protocol/network/address.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace barnabas::transport {

/// The addresses of a host, best first. May block for long.
/// Errors: connection_failed, naming the host.
using Lookup = std::function<Result<std::vector<network::Address>>(const std::string& host,
                                                                   std::uint16_t port)>;

/// The system's look-up (getaddrinfo): files, DNS, whatever the machine is set up for.
Result<std::vector<network::Address>> system_lookup(const std::string& host, std::uint16_t port);

/// Looks up names one after the other on a thread of its own, which starts with the first look-up.
/// Destruction never waits: a look-up that is stuck finishes alone and its result is dropped.
/// Thread-safety: may be used from several threads.
class Resolver {
 public:
  using Done = std::function<void(Result<std::vector<network::Address>>)>;

  explicit Resolver(Lookup lookup = system_lookup);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Calls `done` later on the resolver's thread, unless `wanted_by` has died before; `done` may
  /// outlive the Resolver. Failing to start the thread is a result too.
  void resolve(std::string host, std::uint16_t port, std::weak_ptr<void> wanted_by, Done done);

 private:
  struct State;
  static void work(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace barnabas::transport
