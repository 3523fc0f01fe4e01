#pragma once

#include "client/src/core/producer/append_request.hpp"
#include "client/src/core/producer/producer_shared.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/delivery.hpp>
#include <barnabas/error.hpp>
#include <barnabas/record.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::client {

/// Records of a topic whose partitions are not known yet, as copies, in the order in which they
/// were sent. They count against the buffer memory. Thread-safety: none; the topic's lock covers
/// it.
class PendingRecords {
 public:
  /// A record that is given up, and the one to be told.
  struct Failed {
    DeliveryCallback tell;
    Error error;
  };

  /// Lifetime: `shared` outlives everything made here.
  explicit PendingRecords(std::shared_ptr<ProducerShared> shared) : shared_(std::move(shared)) {}
  ~PendingRecords() { fail_all(Error(ErrorCode::closed)); }

  AppendStatus add(AppendRequest request);
  bool empty() const noexcept { return records_.empty(); }
  std::size_t waiting() const noexcept { return records_.size(); }
  /// How many ended here, without reaching a queue.
  std::uint64_t given_up() const noexcept { return given_up_; }

  /// Hands the records to `append(AppendRequest) -> AppendStatus` until one finds no memory; those
  /// that it refuses are returned.
  std::vector<Failed> replay(const std::function<AppendStatus(AppendRequest)>& append);
  /// When the first record has waited for max.block.ms.
  std::optional<Instant> next_deadline() const;
  /// Gives up what has waited for so long.
  std::vector<Failed> expire(Instant now, const Error& reason);
  std::vector<Failed> fail_all(const Error& reason);

 private:
  struct OwnedHeader {
    std::string key;
    std::optional<std::string> value;
  };
  struct Pending {
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<OwnedHeader> headers;
    std::int32_t partition = any_partition;
    Timestamp timestamp = -1;
    Now sent;
    DeliveryCallback tell;
    std::size_t charged = 0;
  };

  DeliveryCallback teller(DeliveryReport& report) const;
  AppendStatus hand_over(const Pending& pending, DeliveryReport& report,
                         const std::function<AppendStatus(AppendRequest)>& append) const;
  Failed fail_first(const Error& reason);

  std::shared_ptr<ProducerShared> shared_;
  std::deque<Pending> records_;
  std::uint64_t given_up_ = 0;
};

}  // namespace barnabas::client
