#pragma once

#include "client/src/core/cluster/outbox.hpp"
#include "client/src/core/producer/partition_sender.hpp"
#include "client/src/core/producer/pending_records.hpp"
#include "client/src/core/producer/producer_shared.hpp"

#include <barnabas/error.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::client {

/// Outcomes on their way to the application: counted, and posted together once an event has been
/// dealt with. A batch's memory is given back here already, unless the network still has it.
/// Thread-safety: none; the engine's lock covers it.
class Completions {
 public:
  explicit Completions(std::shared_ptr<ProducerShared> shared) : shared_(std::move(shared)) {}

  void add(Completed completed);
  /// Those of one partition; errors get its name in front of their context.
  void add(std::vector<Completed> completed, const std::string& partition);
  void add(std::vector<PendingRecords::Failed> failed);
  /// Has everything added so far told to the application.
  void post(Outbox& outbox);

  std::uint64_t records_delivered() const noexcept { return records_delivered_; }
  std::uint64_t records_failed() const noexcept { return records_failed_; }
  std::uint64_t bytes_delivered() const noexcept { return bytes_delivered_; }
  std::uint64_t batches_delivered() const noexcept { return batches_delivered_; }

 private:
  struct Report {
    std::shared_ptr<BatchDelivery> delivery;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::uint64_t work = 0;
    BatchOutcome outcome;
  };
  static void tell(ProducerShared& shared, std::vector<Report>& reports,
                   const std::vector<PendingRecords::Failed>& failed);

  std::shared_ptr<ProducerShared> shared_;
  std::vector<Report> reports_;
  std::vector<PendingRecords::Failed> failed_;
  std::uint64_t records_delivered_ = 0;
  std::uint64_t records_failed_ = 0;
  std::uint64_t bytes_delivered_ = 0;
  std::uint64_t batches_delivered_ = 0;
};

}  // namespace barnabas::client
