#include "broker/src/core/fault/fault_table.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker {
namespace {

bool is_about(const Fault& fault, ApiKey api) {
  return fault.api() == any_api || fault.api() == api;
}

bool names_partition(const Fault& fault, const RequestInfo& request) {
  if (!fault.topic() && !fault.partition()) return true;
  return std::any_of(request.partitions.begin(), request.partitions.end(),
                     [&](const TopicPartition& named) {
                       return (!fault.topic() || *fault.topic() == named.topic) &&
                              (!fault.partition() || *fault.partition() == named.partition);
                     });
}

bool matches(const Fault& fault, const RequestInfo& request) {
  return is_about(fault, request.api) &&
         (!fault.node_id() || *fault.node_id() == request.node_id) &&
         (!fault.client_id() || *fault.client_id() == request.client_id) &&
         names_partition(fault, request);
}

}  // namespace

FaultId FaultTable::add(Fault fault) {
  const FaultId id{next_id_++};
  entries_.emplace(id, Entry{std::move(fault), {}, 0, 0});
  return id;
}

FaultId FaultTable::add(ApiKey api, Interceptor interceptor) {
  const FaultId id{next_id_++};
  Fault every_request = Fault::with_verdict(api, Verdict()).always();
  entries_.emplace(id, Entry{std::move(every_request), std::move(interceptor), 0, 0});
  return id;
}

std::uint64_t FaultTable::hits(FaultId id) const {
  const auto entry = entries_.find(id);
  return entry == entries_.end() ? 0 : entry->second.hits;
}

bool FaultTable::concerns(ApiKey api) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return !entry.second.used_up() && is_about(entry.second.fault, api);
  });
}

FaultDecision FaultTable::decide(const RequestInfo& request) {
  FaultDecision decision;
  for (auto& [id, entry] : entries_) {
    if (entry.used_up() || !matches(entry.fault, request)) continue;
    if (entry.seen++ < entry.fault.skip()) continue;
    ++entry.hits;
    if (entry.fault.observer()) entry.fault.observer()(request);
    apply(id, entry.fault, entry.interceptor ? entry.interceptor(request) : entry.fault.verdict(),
          decision);
  }
  return decision;
}

void FaultTable::apply(FaultId id, const Fault& fault, const Verdict& verdict,
                       FaultDecision& decision) {
  Verdict& sum = decision.verdict;
  if (verdict.error) {
    decision.errors.push_back({fault.topic(), fault.partition(), *verdict.error});
    if (!sum.error) sum.error = verdict.error;
  }
  sum.drop_request |= verdict.drop_request;
  sum.disconnect_before |= verdict.disconnect_before;
  sum.delay = std::max(sum.delay, verdict.delay);
  if (verdict.hold) decision.held_by.push_back(id);
  sum.hold |= verdict.hold;
  if (sum.reply == Verdict::Reply::send) sum.reply = verdict.reply;
  sum.delay_response = std::max(sum.delay_response, verdict.delay_response);
  if (!sum.cut_after) sum.cut_after = verdict.cut_after;
  if (!sum.shorten_body) sum.shorten_body = verdict.shorten_body;
  sum.throttle = std::max(sum.throttle, verdict.throttle);
  if (!sum.corrupt_byte) sum.corrupt_byte = verdict.corrupt_byte;
  sum.wrong_correlation_id |= verdict.wrong_correlation_id;
}

}  // namespace barnabas::broker
