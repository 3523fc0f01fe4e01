#include "tests/simulation/fault_player.hpp"

#include "tests/simulation/consumer_actor.hpp"
#include "tests/simulation/producer_actor.hpp"
#include "tests/simulation/run.hpp"

#include <barnabas/fault.hpp>

#include <chrono>
#include <functional>

namespace barnabas::test {

namespace {

using simulation::BrokerMachine;
using simulation::Place;

Duration duration_of(const FaultPlan& fault) {
  return std::chrono::milliseconds(fault.duration_ms);
}

ClientActor* client_of(Run& run, std::int64_t index) {
  const auto at = static_cast<std::size_t>(index);
  return at < run.clients().size() ? run.clients()[at].get() : nullptr;
}

/// What ends a fault; after the healing there is nothing left to end.
void later(Run& run, const FaultPlan& fault, std::function<void()> end) {
  run.world().after(duration_of(fault), [&run, end = std::move(end)] {
    if (!run.healed()) end();
  });
}

void inject(Run& run, const FaultPlan& plan, const Fault& fault) {
  BrokerMachine& broker = run.broker();
  if (broker.is_off()) return;
  broker.enter([&](broker::BrokerEngine& engine, const Now&) {
    run.note_injected(engine.inject(fault.times(static_cast<std::uint64_t>(plan.count))));
  });
}

void play_broker(Run& run, const FaultPlan& fault) {
  BrokerMachine& broker = run.broker();
  if (broker.is_off()) return;
  if (fault.kind == FaultKind::broker_kill) {
    broker.kill();
  } else if (fault.kind == FaultKind::broker_power_loss) {
    if (run.plan().fsync != 0) run.broker_watch().set_lossy();
    broker.lose_power();
  } else {
    broker.shut_down();
  }
  later(run, fault, [&broker] { broker.boot(); });
}

void play_disk(Run& run, const FaultPlan& fault) {
  simulation::SimulatedDisk& disk = run.broker().disk();
  simulation::DiskFaults& faults = disk.faults();
  const auto once_in = static_cast<std::uint64_t>(fault.a);
  if (fault.kind == FaultKind::disk_full) {
    disk.set_capacity(disk.used() + once_in);
    return later(run, fault, [&disk] { disk.set_capacity(std::uint64_t{1} << 40); });
  }
  if (fault.kind == FaultKind::bit_rot) {
    // A broker that starts anew, and reads what it finds, gives up what it cannot trust.
    const bool may_start =
        run.has_fault(FaultKind::broker_kill) || run.has_fault(FaultKind::broker_power_loss) ||
        run.has_fault(FaultKind::broker_restart) || run.has_fault(FaultKind::disk_full) ||
        run.has_fault(FaultKind::disk_write_errors) || run.has_fault(FaultKind::disk_sync_errors) ||
        run.has_fault(FaultKind::disk_read_errors);
    if (may_start) run.broker_watch().set_lossy();
    for (std::int64_t bit = 0; bit < fault.a; ++bit) {
      if (disk.rot(run.random())) run.coverage().hit("a bit of a log rots");
    }
    return;
  }
  if (fault.kind == FaultKind::disk_write_errors) {
    faults.write = once_in;
    return later(run, fault, [&faults] { faults.write = 0; });
  }
  if (fault.kind == FaultKind::disk_sync_errors) {
    faults.sync = once_in;
    return later(run, fault, [&faults] { faults.sync = 0; });
  }
  faults.read = once_in;
  return later(run, fault, [&faults] { faults.read = 0; });
}

void play_links(Run& run, const FaultPlan& fault) {
  const ClientActor* const client = client_of(run, fault.a);
  if (!client) return;
  const Place from = const_cast<ClientActor*>(client)->machine().place();
  const bool all = fault.kind == FaultKind::isolate;
  for (std::int64_t node = 1; node <= run.plan().nodes; ++node) {
    if (!all && node != fault.b) continue;
    const Place to = static_cast<Place>(node);
    const bool out = fault.kind != FaultKind::block_from_node;
    const bool in = fault.kind != FaultKind::block_to_node;
    if (out) run.network().block(from, to);
    if (in) run.network().block(to, from);
    later(run, fault, [&run, from, to, out, in] {
      if (out) run.network().unblock(from, to);
      if (in) run.network().unblock(to, from);
    });
  }
}

void play_moves(Run& run, const FaultPlan& fault) {
  BrokerMachine& broker = run.broker();
  const auto node = static_cast<std::int32_t>(fault.b);
  if (!broker.is_serving()) return;
  broker.enter([&](broker::BrokerEngine& engine, const Now& now) {
    if (fault.kind == FaultKind::coordinator_move) {
      return static_cast<void>(engine.move_coordinator(now, run.group(fault.a).id(), node));
    }
    const TopicPartition partition{Run::topic_name(fault.a / run.plan().partitions),
                                   static_cast<std::int32_t>(fault.a % run.plan().partitions)};
    static_cast<void>(engine.move_leader(now, partition, node));
  });
}

void play_requests(Run& run, const FaultPlan& fault) {
  const auto api = static_cast<ApiKey>(fault.a);
  const std::chrono::milliseconds time(fault.duration_ms);
  const auto bytes = static_cast<std::size_t>(fault.b);
  if (fault.kind == FaultKind::error)
    return inject(run, fault, Fault::error(api, static_cast<ErrorCode>(fault.b)));
  if (fault.kind == FaultKind::delay_request) return inject(run, fault, Fault::delay(api, time));
  if (fault.kind == FaultKind::delay_response)
    return inject(run, fault, Fault::delay_response(api, time));
  if (fault.kind == FaultKind::drop_request) return inject(run, fault, Fault::drop_request(api));
  if (fault.kind == FaultKind::drop_response) return inject(run, fault, Fault::drop_response(api));
  if (fault.kind == FaultKind::disconnect_before)
    return inject(run, fault, Fault::disconnect_before(api));
  if (fault.kind == FaultKind::disconnect_after)
    return inject(run, fault, Fault::disconnect_after(api));
  if (fault.kind == FaultKind::cut_response)
    return inject(run, fault, Fault::cut_response(api, bytes));
  if (fault.kind == FaultKind::oversized_response)
    return inject(run, fault, Fault::corrupt_response(api, 0));
  if (fault.kind == FaultKind::throttle) return inject(run, fault, Fault::throttle(api, time));
  if (fault.kind == FaultKind::short_response)
    return inject(run, fault, Fault::short_response(api, bytes));
  return inject(run, fault, Fault::wrong_correlation_id(api));
}

void play_client(Run& run, const FaultPlan& fault) {
  ClientActor* const client = client_of(run, fault.a);
  if (!client) return;
  auto* const producer = dynamic_cast<ProducerActor*>(client);
  auto* const consumer = dynamic_cast<ConsumerActor*>(client);
  const Duration time = duration_of(fault);
  if (fault.kind == FaultKind::client_restart) return client->restart(time);
  if (fault.kind == FaultKind::client_kill) return client->kill(time);
  if (fault.kind == FaultKind::client_stall) {
    run.ledger().excuse(time);
    return client->machine().stall(time);
  }
  if (fault.kind == FaultKind::client_wall_jump) return client->machine().jump_wall(fault.b);
  if (fault.kind == FaultKind::slow_application) return client->pause(time);
  if (fault.kind == FaultKind::pause_partitions)
    return consumer ? consumer->pause_partitions(time) : void();
  if (fault.kind == FaultKind::seek) return consumer ? consumer->seek_back(fault.b) : void();
  if (fault.kind == FaultKind::resubscribe) return consumer ? consumer->resubscribe(time) : void();
  if (fault.kind == FaultKind::flush) return producer ? producer->flush() : void();
  return producer ? producer->purge() : void();
}

}  // namespace

void play(Run& run, const FaultPlan& fault) {
  if (run.healed()) return;
  run.coverage().hit("fault " + std::string(name(fault.kind)));
  run.world().tell("FAULT", std::string(name(fault.kind)) + " a=" + std::to_string(fault.a) +
                                " b=" + std::to_string(fault.b) +
                                " duration_ms=" + std::to_string(fault.duration_ms));
  simulation::SimulatedNetwork& network = run.network();
  BrokerMachine& broker = run.broker();
  const auto node = static_cast<std::int32_t>(fault.a);
  switch (fault.kind) {
    case FaultKind::broker_kill:
    case FaultKind::broker_power_loss:
    case FaultKind::broker_restart:
      return play_broker(run, fault);
    case FaultKind::node_stop:
      broker.stop_node(node);
      return later(run, fault, [&broker, node] { broker.start_node(node); });
    case FaultKind::leader_move:
    case FaultKind::coordinator_move:
      return play_moves(run, fault);
    case FaultKind::reset:
      return network.reset(std::nullopt, run.random(), static_cast<std::uint64_t>(fault.a));
    case FaultKind::swallow:
      return network.swallow(run.random());
    case FaultKind::hang_up:
      return network.hang_up_after(run.random(), static_cast<std::size_t>(fault.a));
    case FaultKind::block_to_node:
    case FaultKind::block_from_node:
    case FaultKind::block_both:
    case FaultKind::isolate:
      return play_links(run, fault);
    case FaultKind::no_accept:
      network.set_accepting(static_cast<Place>(node), false);
      return later(run, fault,
                   [&network, node] { network.set_accepting(static_cast<Place>(node), true); });
    case FaultKind::lookups_fail:
      network.fail_lookups(true);
      return later(run, fault, [&network] { network.fail_lookups(false); });
    case FaultKind::disk_full:
    case FaultKind::disk_write_errors:
    case FaultKind::disk_sync_errors:
    case FaultKind::disk_read_errors:
    case FaultKind::bit_rot:
      return play_disk(run, fault);
    case FaultKind::broker_wall_jump:
      return broker.machine().jump_wall(fault.a);
    case FaultKind::broker_stall:
      return broker.machine().stall(duration_of(fault));
    case FaultKind::error:
    case FaultKind::delay_request:
    case FaultKind::delay_response:
    case FaultKind::drop_request:
    case FaultKind::drop_response:
    case FaultKind::disconnect_before:
    case FaultKind::disconnect_after:
    case FaultKind::cut_response:
    case FaultKind::oversized_response:
    case FaultKind::wrong_correlation_id:
    case FaultKind::throttle:
    case FaultKind::short_response:
      return play_requests(run, fault);
    case FaultKind::client_wall_jump:
    case FaultKind::client_stall:
    case FaultKind::slow_application:
    case FaultKind::client_restart:
    case FaultKind::client_kill:
    case FaultKind::pause_partitions:
    case FaultKind::resubscribe:
    case FaultKind::flush:
    case FaultKind::purge:
    case FaultKind::seek:
      return play_client(run, fault);
    case FaultKind::add_partitions:
      return run.add_partitions(fault.a, fault.b);
    case FaultKind::last:
      return;
  }
}

}  // namespace barnabas::test
