#include "client/src/core/producer/pending_records.hpp"

#include "client/src/core/producer/producer_batch.hpp"

#include <algorithm>
#include <chrono>

namespace barnabas::client {

namespace {

// At least what the record can cost once it has a batch of its own: then handing it over frees no
// less than it takes, and none has to wait for memory that others behind it hold.
constexpr std::size_t overhead = ProducerBatch::overhead + 2 * ChunkPool::granule;

std::optional<std::string> own(const std::optional<BytesView>& bytes) {
  return bytes ? std::optional<std::string>(bytes->text()) : std::nullopt;
}

std::optional<BytesView> view(const std::optional<std::string>& bytes) {
  return bytes ? std::optional<BytesView>(*bytes) : std::nullopt;
}

std::size_t size_of(const RecordView& record) {
  std::size_t size =
      (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const HeaderView& header : record.headers) {
    size += header.key.size() + (header.value ? header.value->size() : 0) + 2 * sizeof(std::string);
  }
  return size;
}

}  // namespace

AppendStatus PendingRecords::add(AppendRequest request) {
  const std::size_t charge = overhead + size_of(request.record);
  if (!shared_->pool->charge(charge)) return AppendStatus::no_memory;
  Pending pending;
  pending.key = own(request.record.key);
  pending.value = own(request.record.value);
  for (const HeaderView& header : request.record.headers) {
    pending.headers.push_back({std::string(header.key), own(header.value)});
  }
  pending.partition = request.record.partition;
  pending.sent = request.clock.now();
  pending.timestamp = request.record.timestamp
                          ? request.record.timestamp->time_since_epoch().count()
                          : pending.sent.wall;
  pending.tell = teller(request.report);
  pending.charged = charge;
  records_.push_back(std::move(pending));
  return AppendStatus::accepted;
}

// A flush that began while the record is pending waits for its delivery, whatever batch it joins.
DeliveryCallback PendingRecords::teller(DeliveryReport& report) const {
  const std::uint64_t work = shared_->barrier.begin();
  const auto ending = [work, shared = shared_](auto tell) {
    return [work, shared, tell = std::move(tell)](const Result<Delivery>& result) {
      tell(result);
      shared->barrier.end(work);
    };
  };
  if (report.is_to_nobody()) return ending([](const Result<Delivery>&) {});
  if (report.handler() != nullptr) {
    return ending([shared = report.handler()->callback()](const Result<Delivery>& result) {
      (*shared)(result);
    });
  }
  if (!report.wants_future()) return ending(report.take_callback());
  auto source = std::make_shared<detail::ResultSource<Delivery>>(shared_->wait_strategy.lock());
  report.set_future(std::shared_ptr<detail::FutureSource<Delivery>>(source), 0);
  return ending([source](const Result<Delivery>& result) { source->set(result); });
}

AppendStatus PendingRecords::hand_over(
    const Pending& pending, DeliveryReport& report,
    const std::function<AppendStatus(AppendRequest)>& append) const {
  std::vector<HeaderView> headers;
  for (const OwnedHeader& header : pending.headers) {
    headers.emplace_back(header.key, view(header.value));
  }
  RecordView record(view(pending.key), view(pending.value));
  record.headers = headers;
  record.partition = pending.partition;
  record.timestamp = RecordTime(std::chrono::milliseconds(pending.timestamp));
  const FixedClock clock(pending.sent);
  return append(AppendRequest{record, report, clock, AppendRequest::From::engine});
}

std::vector<PendingRecords::Failed> PendingRecords::replay(
    const std::function<AppendStatus(AppendRequest)>& append) {
  std::vector<Failed> refused;
  while (!records_.empty()) {
    Pending& first = records_.front();
    shared_->pool->refund(first.charged);
    DeliveryReport report = DeliveryReport::by_callback(first.tell);
    const AppendStatus status = hand_over(first, report, append);
    if (status == AppendStatus::no_memory) {
      // Another thread's record can have taken the room meanwhile.
      first.charged = shared_->pool->charge_up_to(first.charged);
      break;
    }
    if (status == AppendStatus::refused) {
      refused.push_back({std::move(first.tell), report.refusal()});
      ++given_up_;
    }
    records_.pop_front();
  }
  return refused;
}

std::optional<Instant> PendingRecords::next_deadline() const {
  if (records_.empty()) return std::nullopt;
  const auto limit = std::min(shared_->settings.max_block, shared_->settings.delivery_timeout);
  return deadline_after(records_.front().sent.monotonic, limit);
}

PendingRecords::Failed PendingRecords::fail_first(const Error& reason) {
  Failed failed{std::move(records_.front().tell), reason};
  shared_->pool->refund(records_.front().charged);
  records_.pop_front();
  ++given_up_;
  return failed;
}

std::vector<PendingRecords::Failed> PendingRecords::expire(Instant now, const Error& reason) {
  std::vector<Failed> expired;
  while (!records_.empty() && *next_deadline() <= now) expired.push_back(fail_first(reason));
  return expired;
}

std::vector<PendingRecords::Failed> PendingRecords::fail_all(const Error& reason) {
  std::vector<Failed> failed;
  while (!records_.empty()) failed.push_back(fail_first(reason));
  return failed;
}

}  // namespace barnabas::client
