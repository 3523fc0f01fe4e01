#include "tests/simulation/admin_actor.hpp"

#include "tests/simulation/run.hpp"

#include <chrono>
#include <map>
#include <vector>

namespace barnabas::test {

namespace {

constexpr std::chrono::milliseconds limit(10000);

}  // namespace

void AdminActor::make(const Runtime& runtime) {
  Runtime own(runtime.driver());
  admin_.emplace(own, AdminConfig()
                          .bootstrap_servers(run_.bootstrap())
                          .client_id(name())
                          .request_timeout(std::chrono::milliseconds(3000))
                          .api_timeout(limit));
}

void AdminActor::close(Duration) {
  admin_->close();
  admin_.reset();
}

// Every call ends, and in its time.
template <class T>
void AdminActor::expect(const std::string& call, const Future<T>& future) {
  const Instant begun = run_.world().now();
  future.on_ready([this, call, begun](Result<T> result) {
    run_.coverage().hit("admin " + call + " " +
                        (result ? "done" : std::string(barnabas::name(result.error().code()))));
    const Duration took = run_.world().now() - begun;
    if (took > limit + std::chrono::milliseconds(250) + run_.ledger().excused()) {
      run_.findings().add("admin-in-time", call + " took too long");
    }
  });
}

Duration AdminActor::step() {
  std::vector<TopicPartition> partitions;
  for (std::int64_t i = 0; i < run_.plan().partitions; ++i) {
    partitions.emplace_back(Run::topic_name(0), static_cast<std::int32_t>(i));
  }
  switch (steps_++ % 5) {
    case 0:
      expect("describe_cluster", admin_->describe_cluster());
      break;
    case 1:
      expect("list_offsets", admin_->list_offsets(partitions, OffsetSpec::latest()));
      break;
    case 2:
      look_at_lag();
      break;
    case 3:
      expect("describe_groups",
             admin_->describe_groups(std::vector<std::string>{run_.group(0).id()}));
      break;
    default:
      expect("list_topics", admin_->list_topics());
      break;
  }
  return std::chrono::seconds(3);
}

// What a group has committed it is told.
void AdminActor::look_at_lag() {
  const GroupWatch& group = run_.group(0);
  const auto lag = admin_->group_lag(group.id());
  expect("group_lag", lag);
  lag.on_ready([this, &group, committed = group.committed()](const auto& result) {
    if (!result) return;
    const std::map<TopicPartition, Result<PartitionLag>> told(result->begin(), result->end());
    for (const auto& [partition, offset] : committed) {
      const auto found = told.find(partition);
      if (found != told.end() && !found->second) continue;
      const std::int64_t known = found == told.end() ? -1 : found->second->committed;
      if (known >= offset || run_.lossy() || group.may_go_back_to(partition, known)) continue;
      run_.findings().add("commits-are-known", name() + " was told that " + group.id() +
                                                   " has committed " + to_string(partition) +
                                                   " at " + std::to_string(known) +
                                                   ", the log says " + std::to_string(offset));
    }
  });
}

void AdminActor::add_partitions(const std::string& topic, std::int32_t total) {
  if (!is_running()) return;
  expect("create_partitions",
         admin_->create_partitions(std::vector<NewPartitions>{NewPartitions(topic, total)}));
}

}  // namespace barnabas::test
