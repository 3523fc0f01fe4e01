#pragma once

#include <barnabas/error.hpp>

#include <cassert>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace barnabas {

/// Thrown only by `Result::value()` and by constructors that say so.
class Exception : public std::exception {
 public:
  explicit Exception(Error error);
  const char* what() const noexcept override { return text_.c_str(); }
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
  std::string text_;
};

/// Throws Exception(error).
[[noreturn]] void throw_error(const Error& error);

/// A value or an Error; the interface follows std::expected.
/// Errors: `value()` throws Exception when there is none; `*` and `->` require one.
template <class T>
class [[nodiscard]] Result {
  static_assert(!std::is_same_v<std::remove_cvref_t<T>, Error>);

 public:
  using value_type = T;

  /*implicit*/ Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class U = T>
  requires(std::is_constructible_v<T, U&&>&& std::is_convertible_v<U&&, T> &&
           !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, T> &&
           !std::is_same_v<std::remove_cvref_t<U>, Error> &&
           !std::is_same_v<std::remove_cvref_t<U>, ErrorCode>)
      /*implicit*/ Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  /*implicit*/ Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {
    assert(!std::get<1>(state_).ok());
  }

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & {
    if (!has_value()) throw_error(error());
    return std::get<0>(state_);
  }
  const T& value() const& {
    if (!has_value()) throw_error(error());
    return std::get<0>(state_);
  }
  /// By value, so that `for (auto& x : f().value())` iterates over something that lives.
  T value() && {
    if (!has_value()) throw_error(error());
    return std::get<0>(std::move(state_));
  }
  template <class U>
  T value_or(U&& other) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(other));
  }

  T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  T operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  /// Requires: !has_value().
  const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
  Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  /*implicit*/ Result(Error error) : error_(std::move(error)) { assert(!error_.ok()); }

  bool has_value() const noexcept { return error_.ok(); }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const {
    if (!has_value()) throw_error(error_);
  }
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

}  // namespace barnabas
