#include "tests/simulation/plan.hpp"

#include <array>
#include <charconv>

namespace barnabas::test {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(FaultKind::last)> kind_names{
    "broker_kill",
    "broker_power_loss",
    "broker_restart",
    "node_stop",
    "leader_move",
    "coordinator_move",
    "reset",
    "swallow",
    "hang_up",
    "block_to_node",
    "block_from_node",
    "block_both",
    "isolate",
    "no_accept",
    "lookups_fail",
    "disk_full",
    "disk_write_errors",
    "disk_sync_errors",
    "disk_read_errors",
    "broker_wall_jump",
    "client_wall_jump",
    "broker_stall",
    "client_stall",
    "slow_application",
    "error",
    "delay_request",
    "delay_response",
    "drop_request",
    "drop_response",
    "disconnect_before",
    "disconnect_after",
    "cut_response",
    "oversized_response",
    "wrong_correlation_id",
    "client_restart",
    "client_kill",
    "pause_partitions",
    "resubscribe",
    "add_partitions",
    "flush",
    "purge",
    "throttle",
    "short_response",
    "bit_rot",
    "seek"};

template <class Visit>
void fields(FaultPlan& plan, Visit visit) {
  visit("at_ms", plan.at_ms);
  visit("a", plan.a);
  visit("b", plan.b);
  visit("duration_ms", plan.duration_ms);
  visit("count", plan.count);
}

template <class Visit>
void fields(ProducerPlan& plan, Visit visit) {
  visit("records", plan.records);
  visit("interval_ms", plan.interval_ms);
  visit("burst", plan.burst);
  visit("value_bytes", plan.value_bytes);
  visit("linger_ms", plan.linger_ms);
  visit("batch_size", plan.batch_size);
  visit("in_flight", plan.in_flight);
  visit("idempotence", plan.idempotence);
  visit("acks", plan.acks);
  visit("codec", plan.codec);
  visit("buffer_memory", plan.buffer_memory);
  visit("delivery_timeout_ms", plan.delivery_timeout_ms);
  visit("request_timeout_ms", plan.request_timeout_ms);
  visit("retries", plan.retries);
}

template <class Visit>
void fields(ConsumerPlan& plan, Visit visit) {
  visit("group", plan.group);
  visit("poll_ms", plan.poll_ms);
  visit("asynchronous", plan.asynchronous);
  visit("auto_commit", plan.auto_commit);
  visit("auto_commit_ms", plan.auto_commit_ms);
  visit("commit_every", plan.commit_every);
  visit("assignor", plan.assignor);
  visit("session_ms", plan.session_ms);
  visit("heartbeat_ms", plan.heartbeat_ms);
  visit("max_poll_ms", plan.max_poll_ms);
  visit("max_poll_records", plan.max_poll_records);
  visit("prefetch_bytes", plan.prefetch_bytes);
  visit("partition_bytes", plan.partition_bytes);
  visit("fetch_wait_ms", plan.fetch_wait_ms);
  visit("request_timeout_ms", plan.request_timeout_ms);
  visit("is_static", plan.is_static);
  visit("start_ms", plan.start_ms);
}

template <class Visit>
void fields(Plan& plan, Visit visit) {
  visit("seed", plan.seed);
  visit("nodes", plan.nodes);
  visit("topics", plan.topics);
  visit("partitions", plan.partitions);
  visit("groups", plan.groups);
  visit("fsync", plan.fsync);
  visit("segment_bytes", plan.segment_bytes);
  visit("latency_us", plan.latency_us);
  visit("jitter_us", plan.jitter_us);
  visit("largest_piece", plan.largest_piece);
  visit("window", plan.window);
  visit("connect_delay_us", plan.connect_delay_us);
  visit("sync_us", plan.sync_us);
  visit("dead_addresses", plan.dead_addresses);
  visit("metadata_age_ms", plan.metadata_age_ms);
  visit("idle_ms", plan.idle_ms);
  visit("release", plan.release);
  visit("auto_create", plan.auto_create);
  visit("faulty_ms", plan.faulty_ms);
}

template <class Part>
void write(std::string& out, std::string_view head, Part part) {
  out += head;
  // What has its default is left out, so that the file shows what matters.
  Part plain;
  std::vector<std::int64_t> defaults;
  fields(plain, [&](std::string_view, std::int64_t& value) { defaults.push_back(value); });
  std::size_t at = 0;
  fields(part, [&](std::string_view field, std::int64_t& value) {
    if (value == defaults[at++]) return;
    out += ' ';
    out += field;
    out += '=';
    out += std::to_string(value);
  });
  out += '\n';
}

std::string_view word(std::string_view& line) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view found = line.substr(0, end);
  line.remove_prefix(end);
  return found;
}

template <class Part>
Result<void> read(std::string_view line, Part& part) {
  for (std::string_view item = word(line); !item.empty(); item = word(line)) {
    const std::size_t sign = item.find('=');
    bool known = false;
    if (sign != std::string_view::npos) {
      fields(part, [&](std::string_view field, std::int64_t& value) {
        if (field != item.substr(0, sign)) return;
        const std::string_view digits = item.substr(sign + 1);
        known =
            std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc();
      });
    }
    if (!known) return Error(ErrorCode::invalid_argument, "cannot read " + std::string(item));
  }
  return {};
}

}  // namespace

std::string_view name(FaultKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

std::string Plan::to_text() const {
  std::string out;
  write(out, "plan", *this);
  for (const ProducerPlan& part : producers) write(out, "producer", part);
  for (const ConsumerPlan& part : consumers) write(out, "consumer", part);
  for (const FaultPlan& part : faults) write(out, "fault " + std::string(name(part.kind)), part);
  return out;
}

Result<Plan> Plan::parse(std::string_view text) {
  Plan plan;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    const std::string_view head = word(line);
    if (head.empty() || head.starts_with('#')) continue;
    Result<void> good;
    if (head == "plan") {
      good = read(line, plan);
    } else if (head == "producer") {
      good = read(line, plan.producers.emplace_back());
    } else if (head == "consumer") {
      good = read(line, plan.consumers.emplace_back());
    } else if (head == "fault") {
      FaultPlan& fault = plan.faults.emplace_back();
      const std::string_view kind = word(line);
      std::size_t index = 0;
      while (index < kind_names.size() && kind_names[index] != kind) ++index;
      if (index == kind_names.size()) {
        return Error(ErrorCode::invalid_argument, "unknown fault " + std::string(kind));
      }
      fault.kind = static_cast<FaultKind>(index);
      good = read(line, fault);
    } else {
      return Error(ErrorCode::invalid_argument, "unknown line " + std::string(head));
    }
    if (!good) return good.error();
  }
  return plan;
}

}  // namespace barnabas::test
