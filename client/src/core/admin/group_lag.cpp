#include "client/src/core/admin/group_lag.hpp"

#include "client/src/core/admin/list_group_offsets.hpp"
#include "client/src/core/admin/list_offsets.hpp"

#include <chrono>
#include <vector>

namespace barnabas::client {

namespace {

using Lags = ItemResults<TopicPartition, PartitionLag>;
using Ends = ItemResults<TopicPartition, ListedOffset>;

Lags compare(const Offsets& committed, const Ends& ends) {
  Lags lags;
  for (const auto& [partition, end] : ends) {
    if (end) {
      lags.emplace_back(partition, PartitionLag(committed.at(partition).offset, end->offset));
    } else {
      lags.emplace_back(partition, end.error());
    }
  }
  return lags;
}

}  // namespace

void group_lag(AdminEngine& engine, const Now& now, std::string group, const AdminOptions& options,
               Done<ItemResults<TopicPartition, PartitionLag>> done) {
  const Instant deadline = deadline_after(now.monotonic, engine.time_limit(options));
  list_group_offsets(
      engine, now, std::move(group), options,
      [&engine, deadline, done = std::move(done)](const Now& then, Result<Offsets> committed) {
        if (!committed) {
          done(committed.error());
          return;
        }
        std::vector<TopicPartition> partitions;
        for (const auto& [partition, offset] : *committed) partitions.push_back(partition);
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - then.monotonic);
        list_offsets(engine, then, std::move(partitions), OffsetSpec::latest(),
                     AdminOptions().timeout(left),
                     [committed = *std::move(committed), done](Result<Ends> ends) {
                       ends ? done(compare(committed, *ends)) : done(ends.error());
                     });
      });
}

}  // namespace barnabas::client
