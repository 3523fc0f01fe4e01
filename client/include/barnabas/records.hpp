#pragma once

#include <barnabas/consumer_record.hpp>
#include <barnabas/offset.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace barnabas {

/// Walks records. The record that it refers to changes with `++`; a copy of the record stays.
class RecordIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = ConsumerRecord;
  using difference_type = std::ptrdiff_t;
  using pointer = const ConsumerRecord*;
  using reference = const ConsumerRecord&;

  RecordIterator() = default;
  reference operator*() const noexcept { return record_; }
  pointer operator->() const noexcept { return &record_; }
  RecordIterator& operator++() noexcept {
    ++record_.entry_;
    skip_to_range();
    return *this;
  }
  RecordIterator operator++(int) {
    RecordIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const RecordIterator& other) const noexcept {
    return record_.entry_ == other.record_.entry_;
  }

 private:
  friend class PartitionRecords;
  friend class Records;
  RecordIterator(std::shared_ptr<const detail::RecordBlock> block, const detail::RecordRange* range,
                 const detail::RecordEntry* entry)
      : record_(std::move(block), range, entry) {
    if (record_.block_) skip_to_range();
  }
  // Ranges follow each other in the entries, so the range only ever moves forward.
  void skip_to_range() noexcept {
    const detail::RecordBlock& block = *record_.block_;
    const auto index = static_cast<std::size_t>(record_.entry_ - block.entries.data());
    if (index >= block.entries.size()) return;
    while (index >= record_.range_->last) ++record_.range_;
  }

  ConsumerRecord record_;
};

/// The records of one partition out of one poll, in the order of their offsets. Never empty.
/// Lifetime: independent, see ConsumerRecord. Thread-safety: immutable.
class PartitionRecords {
 public:
  const TopicPartition& topic_partition() const noexcept { return range_->partition; }
  const std::string& topic() const noexcept { return range_->partition.topic; }
  std::int32_t partition() const noexcept { return range_->partition.partition; }

  RecordIterator begin() const { return {block_, range_, entry(range_->first)}; }
  RecordIterator end() const { return {block_, range_, entry(range_->last)}; }
  std::size_t size() const noexcept { return range_->last - range_->first; }
  /// Requires: index < size().
  ConsumerRecord operator[](std::size_t index) const {
    return {block_, range_, entry(range_->first + index)};
  }

  /// Where reading goes on: what to commit once these records are processed.
  OffsetAndMetadata next_offset() const { return {range_->next_offset, range_->leader_epoch}; }

 private:
  friend class Records;
  PartitionRecords(std::shared_ptr<const detail::RecordBlock> block,
                   const detail::RecordRange* range)
      : block_(std::move(block)), range_(range) {}
  const detail::RecordEntry* entry(std::size_t index) const noexcept {
    return block_->entries.data() + index;
  }

  std::shared_ptr<const detail::RecordBlock> block_;
  const detail::RecordRange* range_;
};

/// What one `poll` returned: views into what the brokers sent, grouped by partition.
/// Lifetime: see ConsumerRecord. Copying allocates nothing. Thread-safety: immutable.
class Records {
 public:
  /// No records.
  Records() = default;
  explicit Records(std::shared_ptr<const detail::RecordBlock> block) : block_(std::move(block)) {}

  bool empty() const noexcept { return size() == 0; }
  std::size_t size() const noexcept { return block_ ? block_->entries.size() : 0; }

  /// All records, partition by partition.
  RecordIterator begin() const { return block_ ? at(0) : RecordIterator(); }
  RecordIterator end() const { return block_ ? at(block_->entries.size()) : RecordIterator(); }

  /// The partitions that have records.
  class Partitions {
   public:
    class Iterator {
     public:
      using iterator_category = std::input_iterator_tag;
      using value_type = PartitionRecords;
      using difference_type = std::ptrdiff_t;
      using pointer = void;
      using reference = PartitionRecords;

      PartitionRecords operator*() const { return {block_, range_}; }
      Iterator& operator++() noexcept {
        ++range_;
        skip_empty();
        return *this;
      }
      friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
        return a.range_ == b.range_;
      }

     private:
      friend class Partitions;
      Iterator(std::shared_ptr<const detail::RecordBlock> block, const detail::RecordRange* range)
          : block_(std::move(block)), range_(range) {
        skip_empty();
      }
      // Ranges without records tell how far control records and aborted data were skipped.
      void skip_empty() noexcept {
        if (!block_) return;
        const detail::RecordRange* end = block_->ranges.data() + block_->ranges.size();
        while (range_ != end && range_->first == range_->last) ++range_;
      }

      std::shared_ptr<const detail::RecordBlock> block_;
      const detail::RecordRange* range_;
    };

    Iterator begin() const { return {block_, block_ ? block_->ranges.data() : nullptr}; }
    Iterator end() const {
      return {block_, block_ ? block_->ranges.data() + block_->ranges.size() : nullptr};
    }
    bool empty() const noexcept { return !block_ || block_->entries.empty(); }

   private:
    friend class Records;
    explicit Partitions(std::shared_ptr<const detail::RecordBlock> block)
        : block_(std::move(block)) {}
    std::shared_ptr<const detail::RecordBlock> block_;
  };
  Partitions partitions() const { return Partitions(block_); }

  /// What to commit once all of these are processed: for each partition the offset after the last
  /// record, and after control records and aborted data behind it.
  Offsets next_offsets() const;

  const std::shared_ptr<const detail::RecordBlock>& block() const noexcept { return block_; }

 private:
  RecordIterator at(std::size_t index) const {
    return {block_, block_->ranges.data(), block_->entries.data() + index};
  }

  std::shared_ptr<const detail::RecordBlock> block_;
};

}  // namespace barnabas
