#include "client/src/core/producer/completions.hpp"

#include <iterator>

namespace barnabas::client {

void Completions::add(Completed completed) {
  const ProducerBatch& batch = *completed.batch;
  if (completed.outcome.error.ok()) {
    records_delivered_ += batch.record_count();
    bytes_delivered_ += batch.builder().size();
    ++batches_delivered_;
  } else {
    records_failed_ += batch.record_count();
  }
  reports_.push_back({batch.shared_delivery(), batch.first_record(), batch.record_count(),
                      batch.work(), std::move(completed.outcome)});
}

void Completions::add(std::vector<Completed> completed, const std::string& partition) {
  for (Completed& each : completed) {
    Error& error = each.outcome.error;
    if (!error.ok() && error.context().rfind(partition, 0) != 0) error = error.within(partition);
    add(std::move(each));
  }
}

void Completions::add(std::vector<PendingRecords::Failed> failed) {
  records_failed_ += failed.size();
  failed_.insert(failed_.end(), std::make_move_iterator(failed.begin()),
                 std::make_move_iterator(failed.end()));
}

void Completions::post(Outbox& outbox) {
  if (reports_.empty() && failed_.empty()) return;
  outbox.post([shared = shared_, reports = std::exchange(reports_, {}),
               failed = std::exchange(failed_, {})]() mutable { tell(*shared, reports, failed); });
}

// Failures are recorded before anything ends: a flush that ends reports them.
void Completions::tell(ProducerShared& shared, std::vector<Report>& reports,
                       const std::vector<PendingRecords::Failed>& failed) {
  for (const PendingRecords::Failed& record : failed) shared.barrier.record_failure(record.error);
  for (const Report& report : reports) {
    if (!report.outcome.error.ok()) {
      shared.barrier.record_failure(report.outcome.error, report.count);
    }
  }
  for (const PendingRecords::Failed& record : failed) record.tell(record.error);
  for (Report& report : reports) {
    const bool last =
        report.delivery->deliver(report.first, report.count, std::move(report.outcome));
    report.delivery.reset();
    if (last) shared.barrier.end(report.work);
  }
  // What callbacks held is free now; somebody may wait for it.
  if (!shared.line.empty()) shared.signals.wake();
}

}  // namespace barnabas::client
