#include "client/src/core/consumer/group/classic_membership.hpp"
#include "client/src/core/consumer/group/leader_plan.hpp"
#include "protocol/base/random.hpp"
#include "tests/unit/client/core/consumer/group/model_coordinator.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>

using namespace barnabas;
using namespace barnabas::client;
using barnabas::test::ModelCoordinator;
using namespace std::chrono_literals;

namespace {

using Partitions = std::vector<TopicPartition>;

// Several members, a model coordinator, and messages that take random time or get lost.
struct World {
  struct Member final : GroupLink, MembershipListener {
    Member(World& in, std::string as, std::vector<Assignor> assignors)
        : world(in),
          name(std::move(as)),
          membership({false, 10s, 1s, 60s, 100ms, 1s, std::move(assignors), ""}, *this, *this,
                     in.random.next()) {}

    void join(const Now&, JoinCall call) override {
      send([&in = world, call = std::move(call)](Instant at, auto answer) {
        in.coordinator.join(at, call, [answer](JoinReply reply) {
          answer([reply = std::move(reply)](Member& self) {
            self.membership.on_joined(self.world.now, reply);
          });
        });
      });
    }
    void plan(const Now&, Assignor assignor, std::vector<JoinedMember> joined) override {
      const LeaderPlan plan(assignor, joined);
      const auto assignments = plan.assign(world.counts);
      later(world.delay(), [assignments](Member& self) {
        self.membership.on_planned(self.world.now, assignments);
      });
    }
    void watch(const Now&, Assignor, const std::vector<JoinedMember>&) override {}
    void sync(const Now&, SyncCall call) override {
      send([&in = world, call = std::move(call)](Instant at, auto answer) {
        in.coordinator.sync(at, call, [answer](SyncReply reply) {
          answer([reply = std::move(reply)](Member& self) {
            self.membership.on_synced(self.world.now, reply);
          });
        });
      });
    }
    void heartbeat(const Now&, const MemberIdentity& identity) override {
      send([&in = world, identity](Instant at, auto answer) {
        const Error error = in.coordinator.heartbeat(at, identity);
        answer([error](Member& self) { self.membership.on_heartbeat(self.world.now, error); });
      });
    }
    void leave(const Now&, const std::string& id, std::string_view) override {
      world.at(world.delay(), [&in = world, id] { in.coordinator.leave(in.now.monotonic, id); });
    }
    void cancel() override { calls = ++world.last_call; }

    void on_assigned(const Now&, const Partitions& added) override {
      reading.insert(added.begin(), added.end());
      world.check_owners();
    }
    void on_revoking(const Now&, const Partitions& partitions) override {
      // The application comes back from what it does, then the partitions are given up.
      later(world.delay() * 5, [partitions](Member& self) {
        for (const TopicPartition& partition : partitions) self.reading.erase(partition);
        self.membership.on_revoked(self.world.now);
      });
    }
    void on_lost(const Now&, const Partitions& partitions) override {
      for (const TopicPartition& partition : partitions) reading.erase(partition);
      ++losses;
    }
    void on_group_error(const Now&, const Error& error) override { FAIL(error.to_string()); }

    // Runs something at this member, unless it is gone by then.
    void later(Duration after, std::function<void(Member&)> action) {
      world.at(after, [&in = world, id = name, action = std::move(action)] {
        const auto found = in.members.find(id);
        if (found != in.members.end()) action(*found->second);
      });
    }
    // A request and its answer, both under way for some time; `cancel` drops the answer.
    template <class Handle>
    void send(Handle handle) {
      const std::uint64_t call = calls;
      if (world.lost()) return fail(call);
      world.at(world.delay(), [this_name = name, &in = world, call, handle]() mutable {
        handle(in.now.monotonic, [&in, this_name, call](std::function<void(Member&)> action) {
          in.at(in.delay(), [&in, this_name, call, action = std::move(action)] {
            const auto found = in.members.find(this_name);
            if (found == in.members.end() || found->second->calls != call) return;
            if (in.lost()) return found->second->fail(call);
            action(*found->second);
          });
        });
      });
    }
    // The connection broke: whatever was asked for fails.
    void fail(std::uint64_t call) {
      later(1s, [call](Member& self) {
        if (self.calls != call) return;
        const Error error(ErrorCode::disconnected);
        JoinReply reply;
        reply.error = error;
        self.membership.on_joined(self.world.now, reply);
        self.membership.on_synced(self.world.now, {error, {}});
        self.membership.on_heartbeat(self.world.now, error);
      });
    }

    World& world;
    std::string name;
    std::set<TopicPartition> reading;
    std::uint64_t calls = ++world.last_call;
    int losses = 0;
    ClassicMembership membership;
  };

  explicit World(std::uint64_t seed, std::vector<Assignor> with)
      : random(seed), assignors(std::move(with)) {}

  void at(Duration after, std::function<void()> action) {
    events.emplace(now.monotonic + after, std::move(action));
  }
  Duration delay() { return std::chrono::milliseconds(1 + random.below(60)); }
  bool lost() { return loss_percent > 0 && random.below(100) < loss_percent; }

  void add(const std::string& name, std::vector<std::string> topics) {
    auto member = std::make_unique<Member>(*this, name, assignors);
    Member& added = *member;
    members.emplace(name, std::move(member));
    added.membership.subscribe(now, std::move(topics));
    added.membership.poll_began(now);  // always within a poll
  }
  void remove(const std::string& name) {
    members.at(name)->membership.leave(now, "test", true);
    // The request still needs its sender's world, not its sender.
    members.erase(name);
  }

  void run(Duration duration) {
    const Instant end = now.monotonic + duration;
    while (now.monotonic < end) {
      now.monotonic += 5ms;
      while (!events.empty() && events.begin()->first <= now.monotonic) {
        const auto action = std::move(events.begin()->second);
        events.erase(events.begin());
        action();
      }
      coordinator.advance(now.monotonic);
      for (auto& [name, member] : members) {
        const auto due = member->membership.next_deadline();
        if (due && *due <= now.monotonic) member->membership.advance(now);
      }
    }
  }

  // No partition is read by two members that the coordinator takes for members both.
  void check_owners() {
    std::map<TopicPartition, std::string> owner;
    for (const auto& [name, member] : members) {
      if (!coordinator_knows(*member)) continue;
      for (const TopicPartition& partition : member->reading) {
        const auto [entry, free] = owner.emplace(partition, name);
        if (!free) ++double_owners;
      }
    }
  }
  bool coordinator_knows(const Member& member) const {
    return member.membership.identity().generation >= 0;
  }
  void check_settled(std::size_t partitions) {
    std::set<TopicPartition> all;
    for (const auto& [name, member] : members) {
      REQUIRE(member->membership.state() == ClassicMembership::State::stable);
      for (const TopicPartition& partition : member->reading) {
        REQUIRE(all.insert(partition).second);
      }
    }
    REQUIRE(all.size() == partitions);
  }

  Random random;
  std::vector<Assignor> assignors;
  Now now{Instant(1000s), 0};
  std::multimap<Instant, std::function<void()>> events;
  ModelCoordinator coordinator{10s, 60s};
  PartitionCounts counts{{"a", 5}, {"b", 4}};
  std::map<std::string, std::unique_ptr<Member>> members;
  std::uint64_t loss_percent = 0;
  int double_owners = 0;
  std::uint64_t last_call = 0;
};

void churn(World& world) {
  for (int step = 0; step < 12; ++step) {
    const std::string name = "c" + std::to_string(world.random.below(4));
    if (!world.members.contains(name)) {
      world.add(name, world.random.below(2) == 0 ? std::vector<std::string>{"a"}
                                                 : std::vector<std::string>{"a", "b"});
    } else if (world.random.below(3) == 0) {
      world.members.at(name)->membership.subscribe(world.now, {"a", "b"});
    } else {
      world.remove(name);
    }
    world.run(std::chrono::milliseconds(50 + world.random.below(2500)));
  }
}

}  // namespace

TEST_CASE("cat_G03 ownership: nobody ever reads what another member reads") {
  for (const Assignor assignor :
       {Assignor::range, Assignor::roundrobin, Assignor::sticky, Assignor::cooperative_sticky}) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(name(assignor));
      CAPTURE(seed);
      World world(seed, {assignor});
      churn(world);
      if (!world.members.contains("last")) world.add("last", {"a", "b"});
      world.run(15s);
      REQUIRE(world.double_owners == 0);
      REQUIRE(world.coordinator.overlapping_joins == 0);
      for (const auto& [name, member] : world.members) REQUIRE(member->losses == 0);
      world.check_settled(9);
    }
  }
}

TEST_CASE("ownership: with lost messages and expired sessions groups still settle") {
  for (const Assignor assignor : {Assignor::range, Assignor::cooperative_sticky}) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      CAPTURE(name(assignor));
      CAPTURE(seed);
      World world(seed, {assignor});
      world.loss_percent = 10;
      churn(world);
      if (!world.members.contains("last")) world.add("last", {"a", "b"});
      world.run(20s);
      world.loss_percent = 0;
      world.run(90s);
      world.check_settled(9);
    }
  }
}
