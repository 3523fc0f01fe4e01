#pragma once

#include <barnabas/detail/future_source.hpp>

#include <cstddef>
#include <memory>
#include <new>
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
      if (source_) keep(std::move(source_));
    }
  }

  /// A reference to `source`: the one that this thread kept, if it is one. Requires: not null.
  template <class Source>
  static SharedSource to(const std::shared_ptr<Source>& source) {
    if constexpr (is_source_of_many<T>) {
      if (kept.source == source.get()) return kept.take();
    }
    return Pointer(source);
  }

  FutureSource<T>* get() const noexcept { return source_.get(); }
  FutureSource<T>* operator->() const noexcept { return source_.get(); }
  explicit operator bool() const noexcept { return source_ != nullptr; }

 private:
  // A thread's reference. Without a destructor, so that reaching it takes no look at whether it was
  // made: KeptUntilTheEnd has it.
  struct Kept {
    FutureSource<T>* source = nullptr;  // of the reference in `memory`; null: there is none
    bool usable = false;
    alignas(Pointer) std::byte memory[sizeof(Pointer)] = {};

    Pointer& reference() noexcept { return *std::launder(reinterpret_cast<Pointer*>(memory)); }
    Pointer take() noexcept {
      Pointer taken = std::move(reference());
      std::destroy_at(&reference());
      source = nullptr;
      return taken;
    }
    void put(Pointer&& pointer) noexcept {
      source = pointer.get();
      ::new (memory) Pointer(std::move(pointer));
    }
  };
  static inline constinit thread_local Kept kept;

  struct KeptUntilTheEnd {
    KeptUntilTheEnd() noexcept { kept.usable = true; }
    ~KeptUntilTheEnd() {
      // What is dropped here may drop others. A future may be dropped later still: one of static
      // storage, or of another thread-local object.
      kept.usable = false;
      if (kept.source != nullptr) const Pointer last = kept.take();
    }
  };

  static void keep(Pointer&& dropped) noexcept {
    if (kept.source != nullptr || !kept.usable) [[unlikely]] {
      static thread_local KeptUntilTheEnd until_the_end;
      static_cast<void>(until_the_end);
      if (!kept.usable) return;
      if (kept.source != nullptr) {
        const Pointer before = kept.take();
        return keep(std::move(dropped));
      }
    }
    kept.put(std::move(dropped));
  }

  Pointer source_;
};

}  // namespace barnabas::detail
