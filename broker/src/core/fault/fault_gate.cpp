#include "broker/src/core/fault/fault_gate.hpp"

#include "broker/src/core/fault/damage.hpp"

#include <algorithm>

namespace barnabas::broker {
namespace {

template <class Map, class Forget>
void erase_connection(Map& map, network::ConnectionId id, Forget&& forget) {
  auto entry = map.lower_bound({id, 0});
  while (entry != map.end() && entry->first.connection == id) {
    forget(entry->first);
    entry = map.erase(entry);
  }
}

}  // namespace

void FaultGate::hold(const Now& now, HeldRequest request) {
  const RequestToken token = request.token;
  const Instant not_before = deadline_after(now.monotonic, request.decision.verdict.delay);
  if (request.decision.held_by.empty()) {
    releases_.set(token, not_before);
  } else {
    not_before_.emplace(token, not_before);
  }
  held_.emplace(token, std::move(request));
}

void FaultGate::release(FaultId fault) {
  for (auto& [token, request] : held_) {
    std::vector<FaultId>& held_by = request.decision.held_by;
    if (std::erase(held_by, fault) == 0 || !held_by.empty()) continue;
    releases_.set(token, not_before_.at(token));
    not_before_.erase(token);
  }
}

std::optional<HeldRequest> FaultGate::take_released(const Now& now) {
  const std::optional<RequestToken> token = releases_.pop_due(now.monotonic);
  if (!token) return std::nullopt;
  const auto entry = held_.find(*token);
  HeldRequest request = std::move(entry->second);
  held_.erase(entry);
  return request;
}

void FaultGate::expect(const RequestToken& token, const Verdict& verdict) {
  verdicts_.insert_or_assign(token, verdict);
}

std::optional<Answer> FaultGate::pass(const Now& now, const RequestToken& token, Answer answer) {
  const auto entry = verdicts_.find(token);
  if (entry == verdicts_.end()) return answer;
  const Verdict verdict = entry->second;
  verdicts_.erase(entry);
  std::optional<Answer> damaged = damage(verdict, std::move(answer));
  if (!damaged || verdict.delay_response.count() == 0) return damaged;
  due_.set(token, deadline_after(now.monotonic, verdict.delay_response));
  delayed_.emplace(token, std::move(*damaged));
  return std::nullopt;
}

std::optional<std::pair<RequestToken, Answer>> FaultGate::take_due(const Now& now) {
  const std::optional<RequestToken> token = due_.pop_due(now.monotonic);
  if (!token) return std::nullopt;
  const auto entry = delayed_.find(*token);
  std::pair<RequestToken, Answer> due(*token, std::move(entry->second));
  delayed_.erase(entry);
  return due;
}

void FaultGate::connection_closed(network::ConnectionId id) {
  erase_connection(held_, id, [&](const RequestToken& token) { releases_.cancel(token); });
  erase_connection(not_before_, id, [](const RequestToken&) {});
  erase_connection(verdicts_, id, [](const RequestToken&) {});
  erase_connection(delayed_, id, [&](const RequestToken& token) { due_.cancel(token); });
}

std::optional<Instant> FaultGate::next_deadline() const {
  const std::optional<Instant> release = releases_.next(), due = due_.next();
  if (!release || !due) return release ? release : due;
  return std::min(*release, *due);
}

}  // namespace barnabas::broker
