#pragma once

#include <barnabas/detail/future_source.hpp>

#include <memory>
#include <utility>

namespace barnabas::detail {

/// Whether one source stands behind many futures of T, so that a reference that a thread drops is
/// worth keeping for its next future.
template <class T>
inline constexpr bool is_source_of_many = false;

/// What a Future refers to its source with: a std::shared_ptr, whose count is spared where that is
/// possible. Futures of records are most often dropped at once, and the next one refers to the
/// same batch: changing the count twice for each would be a third of what `send` costs. So a thread
/// keeps the reference that it dropped last, until it drops one to another source or ends.
/// Thread-safety: as std::shared_ptr.
template <class T>
class SharedSource {
 public:
  using Pointer = std::shared_ptr<FutureSource<T>>;

  SharedSource() = default;
  /*implicit*/ SharedSource(Pointer source) noexcept : source_(std::move(source)) {}
  SharedSource(const SharedSource&) = default;
  SharedSource(SharedSource&&) noexcept = default;
  SharedSource& operator=(SharedSource other) noexcept {
    source_.swap(other.source_);
    return *this;
  }
  ~SharedSource() {
    if constexpr (is_source_of_many<T>) {
      if (source_ && !gone) kept().source.swap(source_);
    }
  }

  /// A reference to `source`: the one that this thread kept, if it is one.
  template <class Source>
  static SharedSource to(const std::shared_ptr<Source>& source) {
    if constexpr (is_source_of_many<T>) {
      if (!gone && kept().source.get() == source.get()) return std::move(kept().source);
    }
    return Pointer(source);
  }

  FutureSource<T>* get() const noexcept { return source_.get(); }
  FutureSource<T>* operator->() const noexcept { return source_.get(); }
  explicit operator bool() const noexcept { return source_ != nullptr; }

 private:
  struct Kept {
    Pointer source;
    ~Kept() { gone = true; }
  };
  // A future may be dropped later still: one of static storage, or of another thread-local object.
  static inline thread_local bool gone = false;
  static Kept& kept() noexcept {
    static thread_local Kept kept;
    return kept;
  }

  Pointer source_;
};

}  // namespace barnabas::detail
