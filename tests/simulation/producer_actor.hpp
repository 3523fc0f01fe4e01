#pragma once

#include "tests/simulation/client_actor.hpp"
#include "tests/simulation/plan.hpp"

#include <barnabas/producer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::test {

/// Sends records to all partitions in turn.
class ProducerActor final : public ClientActor {
 public:
  ProducerActor(Run& run, std::string name, simulation::Place place, const ProducerPlan& plan);

  const ProducerPlan& plan() const noexcept { return plan_; }
  int ledger_id() const noexcept { return ledger_id_; }
  /// Everything that was planned has been sent.
  bool is_done() const noexcept { return left_ == 0; }
  /// One more record to each partition: those are to arrive.
  void probe();
  void flush();
  void purge();

 private:
  void make(const Runtime& runtime) override;
  void close(Duration limit) override;
  Duration step() override;
  void send();

  const ProducerPlan plan_;
  std::optional<Producer> producer_;
  std::vector<Topic> topics_;
  std::int64_t left_;
  std::size_t next_partition_ = 0;
  int ledger_id_ = 0;
};

}  // namespace barnabas::test
