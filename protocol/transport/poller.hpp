#pragma once

#include "protocol/base/time.hpp"
#include "protocol/transport/file_descriptor.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include <sys/types.h>

namespace barnabas::transport {

/// What a descriptor is waited for.
struct Interest {
  bool readable = false;
  bool writable = false;
  friend bool operator==(const Interest&, const Interest&) = default;
};

/// What a descriptor is ready for.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hung_up = false;  ///< Both directions ended, or an error; reported whatever the interest.
};

/// Waits for many descriptors at once, level-triggered. The only file that another system's way of
/// waiting (kqueue) would have to provide again.
/// Thread-safety: `wait` may run beside the other members, which exclude each other.
class Poller {
 public:
  /// Told by `dispatch` that its descriptor is ready.
  class Handler {
   public:
    virtual void on_ready(Readiness readiness) = 0;

   protected:
    ~Handler() = default;
  };

  /// A descriptor under watch, until this is destroyed. Must go before the descriptor is closed.
  class Registration {
   public:
    Registration() = default;
    Registration(Registration&& other) noexcept;
    Registration& operator=(Registration&& other) noexcept;
    ~Registration() { reset(); }

    /// Cheap when nothing changes.
    void change(Interest interest);
    void reset() noexcept;

   private:
    friend class Poller;
    Poller* poller_ = nullptr;
    std::uint64_t token_ = 0;
    int descriptor_ = -1;
    Interest interest_;
  };

  /// Errors: io_error when the system has no descriptor left.
  static Result<std::unique_ptr<Poller>> create();

  /// Watches `descriptor` for `handler`, which must outlive the registration.
  /// Errors: io_error when the system refuses.
  Result<Registration> add(int descriptor, Interest interest, Handler& handler);

  /// Waits until something is ready, a signal comes, or `limit` has passed; does not wait when it
  /// is not above zero. What is ready is kept for `dispatch`.
  void wait(Duration limit);
  /// Tells the handlers of the last `wait`. Those whose registration ended meanwhile are left out.
  void dispatch();

  /// Itself readable when something is ready.
  int native_handle() const noexcept { return epoll_.get(); }

 private:
  struct Event {
    std::uint64_t token;
    Readiness readiness;
  };

  explicit Poller(FileDescriptor epoll);

  FileDescriptor epoll_;
  pid_t owner_;
  std::uint64_t last_token_ = 0;
  // Events name tokens, never addresses: a registration may end between `wait` and `dispatch`.
  std::unordered_map<std::uint64_t, Handler*> handlers_;
  std::vector<Event> events_;
};

}  // namespace barnabas::transport
