#pragma once

#include <cstdint>
#include <limits>

namespace barnabas::client {

/// What batches are stamped with, so that brokers recognise repetitions: brokers expect the
/// sequences of one identity without gaps, each partition by itself, from 0 on.
struct ProducerIdentity {
  std::int64_t id = -1;
  std::int16_t epoch = -1;

  bool valid() const noexcept { return id >= 0; }
  friend bool operator==(const ProducerIdentity&, const ProducerIdentity&) = default;
};

/// The identity of an idempotent producer, from InitProducerId, and its renewal when a partition's
/// sequence is lost (KIP-360).
///
/// | state      | event                | next       |
/// |------------|----------------------|------------|
/// | none       | requested            | requesting |
/// | requesting | assigned             | ready      |
/// | requesting | failed               | none       |
/// | ready      | bump, epoch < 32767  | ready      |
/// | ready      | bump, epoch = 32767  | none       |
/// | ready      | renew                | none       |
/// Thread-safety: none.
class IdentityKeeper {
 public:
  /// Not valid unless ready.
  const ProducerIdentity& current() const noexcept { return current_; }
  /// Somebody should ask for an identity.
  bool is_missing() const noexcept { return !current_.valid() && !requesting_; }

  void requested() noexcept { requesting_ = true; }
  void assigned(const ProducerIdentity& identity) noexcept {
    requesting_ = false;
    current_ = identity;
  }
  void failed() noexcept { requesting_ = false; }

  /// `lost` is not usable in some partition any more: the next epoch, of a new id when there is
  /// none. Ignored when `lost` was replaced already.
  void bump(const ProducerIdentity& lost) noexcept {
    if (!lost.valid() || lost != current_) return;
    ++changes_;
    if (current_.epoch == std::numeric_limits<std::int16_t>::max()) {
      current_ = {};
    } else {
      ++current_.epoch;
    }
  }
  /// The same, with a new id in any case.
  void renew(const ProducerIdentity& lost) noexcept {
    if (!lost.valid() || lost != current_) return;
    ++changes_;
    current_ = {};
  }
  std::uint64_t changes() const noexcept { return changes_; }

 private:
  ProducerIdentity current_;
  bool requesting_ = false;
  std::uint64_t changes_ = 0;
};

}  // namespace barnabas::client
