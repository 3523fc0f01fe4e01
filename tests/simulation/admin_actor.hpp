#pragma once

#include "tests/simulation/client_actor.hpp"

#include <barnabas/admin.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace barnabas::test {

/// Looks around in the cluster, and changes it when it is told to.
class AdminActor final : public ClientActor {
 public:
  using ClientActor::ClientActor;

  void add_partitions(const std::string& topic, std::int32_t total);

 private:
  void make(const Runtime& runtime) override;
  void close(Duration limit) override;
  Duration step() override;
  void look_at_lag();
  template <class T>
  void expect(const std::string& call, const Future<T>& future);

  std::optional<Admin> admin_;
  std::uint64_t steps_ = 0;
};

}  // namespace barnabas::test
