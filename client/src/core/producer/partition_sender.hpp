#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/request.hpp"
#include "client/src/core/producer/produce_answer.hpp"
#include "client/src/core/producer/producer_batch.hpp"
#include "client/src/core/producer/producer_identity.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <vector>

namespace barnabas::client {

/// A batch, or part of one, whose outcome is to be told.
struct Completed {
  std::shared_ptr<ProducerBatch> batch;
  BatchOutcome outcome;
};

/// The order of one partition's batches: which may be sent when, what an answer means for those
/// behind it, and, with idempotence, the sequences that make repetitions harmless. Sans-I/O.
///
/// | state    | meaning                                  | left by                              |
/// |----------|------------------------------------------|--------------------------------------|
/// | steady   | batches go out, up to the window         | an answer other than stored          |
/// | draining | nothing goes out, answers are awaited    | the last answer                      |
/// | resting  | nothing goes out until the backoff ends  | time, or a new leader                |
///
/// The rules that keep order and avoid duplicates:
/// 1. A batch is repeated byte for byte, and in the order of sequences, after every request of the
///    partition that is under way has been answered. So batches follow a leader to another broker
///    only then, too.
/// 2. Until a partition has acknowledged something under the present identity, one batch is under
///    way at a time: a broker without state takes any sequence for the first.
/// 3. A batch that ends without being stored leaves a gap, after which brokers refuse sequences.
///    Then, or when the broker has lost its state, the identity is retired: what is left gets
///    sequences from 0 under a new one, provided that it was not stored. What stands before the gap
///    is repeated under the old one first.
/// 4. What may have been stored is never given another sequence. Where a broker then refuses it so
///    that this cannot be found out any more, it fails.
/// Thread-safety: none.
class PartitionSender {
 public:
  struct Options {
    bool idempotent = true;
    std::int32_t max_in_flight = 5;
    std::int32_t retries = 0;  ///< Attempts after the first.
    Backoff backoff{Duration::zero(), Duration::zero()};
    Compression compression;
    std::int32_t first_sequence = 0;  ///< Of an identity; another in tests of the wrap.
  };
  /// Lifetime: all outlive the sender.
  PartitionSender(const Options& options, CompressorPool& compressors, Random& random);

  // --- Sending

  /// Queues a finished batch behind all others.
  void add(std::shared_ptr<ProducerBatch> batch);
  /// The batch that may be sent to `node` now; null when there is none. `identity`: the producer's,
  /// not valid while there is none.
  const ProducerBatch* next(Instant now, NodeId node, const ProducerIdentity& identity) const;
  /// Whether a batch that is added now would be `next`.
  bool wants_batch(Instant now, NodeId node, const ProducerIdentity& identity) const;
  /// `next` goes out: stamps it if it is new. Requires: next(...) is not null.
  std::shared_ptr<ProducerBatch> take(NodeId node, const ProducerIdentity& identity);

  // --- Outcomes. What is done with is put behind `completed`.

  /// The outcome of a batch that was taken.
  void on_answer(Instant now, const ProducerBatch& batch, ProduceAnswer answer,
                 std::vector<Completed>& completed);
  /// Ends what has passed its delivery timeout.
  void expire(Instant now, std::vector<Completed>& completed);
  /// Ends everything.
  void fail_all(Instant now, const Error& reason, std::vector<Completed>& completed);

  /// The identity that this partition cannot use any more, once.
  struct Retired {
    ProducerIdentity identity;
    bool renew = false;  ///< A higher epoch would not do.
  };
  std::optional<Retired> take_retired() noexcept;

  /// There is another leader: no need to rest.
  void leader_changed() noexcept { resting_until_.reset(); }
  /// The partition was created anew, and its brokers know nothing of this producer.
  void partition_replaced() noexcept { established_ = false; }

  // --- State

  /// No batch without an outcome.
  bool is_idle() const noexcept;
  std::size_t in_flight() const noexcept { return in_flight_; }
  /// Where the last batch was sent.
  NodeId last_node() const noexcept { return node_; }
  /// When time alone changes what may be done.
  std::optional<Instant> next_deadline(Instant now) const;
  std::uint64_t retries() const noexcept { return retries_; }
  std::uint64_t splits() const noexcept { return splits_; }
  /// The size of a batch that was refused as too large, once.
  std::optional<std::size_t> take_refused_size() noexcept;

 private:
  enum class Refusal : std::uint8_t { none, sequence, identity };
  /// Where a batch ended that was not acknowledged.
  struct Gap {
    std::int32_t sequence = 0;
    bool certain = false;  // not stored
  };

  struct Entry {
    explicit Entry(std::shared_ptr<ProducerBatch> finished) : batch(std::move(finished)) {}
    std::shared_ptr<ProducerBatch> batch;
    bool in_flight = false;
    bool may_be_stored = false;  // by any attempt
    bool reported = false;       // its outcome is told, its place in the order remains
    Refusal refusal = Refusal::none;
    std::uint32_t attempts = 0;
    Error last_error;
  };

  bool may_send(Instant now, NodeId node) const;
  bool may_sequence(const ProducerIdentity& identity) const;
  std::size_t window() const noexcept;
  Entry* first_to_repeat() noexcept;
  const Entry* first_to_repeat() const noexcept;
  void give_sequence(Entry& entry, const ProducerIdentity& identity);

  std::size_t index_of(const ProducerBatch& batch) const;
  void on_stored(std::size_t index, ProduceAnswer answer, std::vector<Completed>& completed);
  void on_too_large(std::size_t index, ProduceAnswer answer, std::vector<Completed>& completed);
  void on_retry(std::size_t index, ProduceAnswer answer, std::vector<Completed>& completed);
  void end(std::size_t index, BatchOutcome outcome, std::vector<Completed>& completed);
  void note_gap(const Entry& entry);
  bool is_behind_gap(const Entry& entry) const noexcept;
  void finish_draining(Instant now, std::vector<Completed>& completed);
  bool resolve_refused_head(std::vector<Completed>& completed);
  void retire(bool renew);
  static void report(Entry& entry, BatchOutcome outcome, std::vector<Completed>& completed);

  const Options& options_;
  CompressorPool& compressors_;
  Random& random_;

  std::vector<Entry> entries_;  // in order: what has been taken and has no outcome yet
  std::size_t sequenced_ = 0;   // the first so many have their place in the present order
  std::list<std::shared_ptr<ProducerBatch>> backlog_;  // behind them: what was never taken
  std::size_t in_flight_ = 0;                          // of the sequenced
  NodeId node_ = no_node;                              // where they are under way
  bool draining_ = false;
  std::optional<Instant> resting_until_;

  ProducerIdentity identity_;
  bool established_ = false;  // something was stored under it
  std::int32_t next_sequence_ = 0;
  std::vector<Gap> gaps_;
  std::optional<Retired> retired_;

  std::uint64_t retries_ = 0;
  std::uint64_t splits_ = 0;
  std::optional<std::size_t> refused_size_;
};

}  // namespace barnabas::client
