#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace barnabas::simulation {

/// A call that is made once, later. Small ones need no memory of their own.
/// Thread-safety: none.
class Event {
 public:
  template <class Call, class = std::enable_if_t<!std::is_same_v<std::decay_t<Call>, Event>>>
  Event(Call&& call) {  // NOLINT: whatever can be called is an event
    using Held = std::decay_t<Call>;
    if constexpr (fits<Held>) {
      ::new (static_cast<void*>(room_)) Held(std::forward<Call>(call));
      kind_ = &small<Held>;
    } else {
      ::new (static_cast<void*>(room_)) Held*(new Held(std::forward<Call>(call)));
      kind_ = &large<Held>;
    }
  }
  Event(Event&& other) noexcept : kind_(std::exchange(other.kind_, nullptr)) {
    if (kind_ != nullptr) kind_->move(other.room_, room_);
  }
  Event& operator=(Event&& other) noexcept {
    if (this == &other) return *this;
    clear();
    kind_ = std::exchange(other.kind_, nullptr);
    if (kind_ != nullptr) kind_->move(other.room_, room_);
    return *this;
  }
  ~Event() { clear(); }

  /// Requires: not moved from and not cleared.
  void operator()() { kind_->call(room_); }
  /// Destroys the call.
  void clear() noexcept {
    if (kind_ != nullptr) std::exchange(kind_, nullptr)->destroy(room_);
  }

 private:
  static constexpr std::size_t room = 32;
  struct Kind {
    void (*call)(void* held);
    void (*move)(void* from, void* to) noexcept;  // and destroys what was moved from
    void (*destroy)(void* held) noexcept;
  };
  template <class Held>
  static constexpr bool fits =
      sizeof(Held) <= room &&  // NOLINT(misc-redundant-expression): it depends on Held
      alignof(Held) <= alignof(void*) && std::is_nothrow_move_constructible_v<Held>;
  template <class Held>
  static constexpr Kind small{[](void* held) { (*static_cast<Held*>(held))(); },
                              [](void* from, void* to) noexcept {
                                ::new (to) Held(std::move(*static_cast<Held*>(from)));
                                static_cast<Held*>(from)->~Held();
                              },
                              [](void* held) noexcept { static_cast<Held*>(held)->~Held(); }};
  template <class Held>
  static constexpr Kind large{
      [](void* held) { (**static_cast<Held**>(held))(); },
      [](void* from, void* to) noexcept { ::new (to) Held*(*static_cast<Held**>(from)); },
      [](void* held) noexcept { delete *static_cast<Held**>(held); }};

  const Kind* kind_;
  alignas(void*) std::byte room_[room];
};

}  // namespace barnabas::simulation
