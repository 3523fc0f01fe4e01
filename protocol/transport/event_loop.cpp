#include "protocol/transport/event_loop.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include <unistd.h>

namespace barnabas::transport {

Result<std::unique_ptr<EventLoop>> EventLoop::create() { return create(Environment{}); }

Result<std::unique_ptr<EventLoop>> EventLoop::create(Environment environment) {
  Result<std::unique_ptr<Poller>> poller = Poller::create();
  if (!poller) return poller.error();
  Result<std::shared_ptr<Wakeup>> wakeup = Wakeup::create();
  if (!wakeup) return wakeup.error();
  std::unique_ptr<EventLoop> loop(
      new EventLoop(std::move(environment), *std::move(poller), *std::move(wakeup)));
  Result<Poller::Registration> registration =
      loop->poller_->add(loop->wakeup_->descriptor(), {.readable = true}, loop->wakeup_handler_);
  if (!registration) return registration.error();
  loop->wakeup_registration_ = *std::move(registration);
  loop->wakeup_->fall_asleep();
  return loop;
}

EventLoop::EventLoop(Environment environment, std::unique_ptr<Poller> poller,
                     std::shared_ptr<Wakeup> wakeup)
    : environment_(std::move(environment)),
      poller_(std::move(poller)),
      wakeup_(std::move(wakeup)),
      wakeup_handler_(*wakeup_),
      resolver_(environment_.lookup),
      owner_(::getpid()) {}

std::shared_ptr<EngineHost> EventLoop::host(std::mutex& engine_mutex,
                                            const SocketOptions& options) {
  return std::make_shared<EngineHost>(*this, engine_mutex, options);
}

void EventLoop::run() {
  runner_.store(std::this_thread::get_id());
  while (!stop_requested_.exchange(false)) turn(Duration::max());
  runner_.store({});
  settle();
}

void EventLoop::run_once(Duration max_wait) {
  if (on_loop_thread()) return;
  runner_.store(std::this_thread::get_id());
  turn(max_wait);
  runner_.store({});
  settle();
}

// Between runs only the descriptor can show that somebody asks for a turn, or asked during the
// last.
void EventLoop::settle() {
  {
    const std::lock_guard lock(mutex_);
    wakes_at_ = Instant::max();
  }
  bool asked = false;
  while (!wakeup_->fall_asleep()) asked = true;
  if (asked) wake();
}

void EventLoop::stop() noexcept {
  stop_requested_.store(true);
  wake();
}

void EventLoop::wake() noexcept { wakeup_->signal(); }

std::optional<Instant> EventLoop::next_deadline() const {
  const std::lock_guard lock(mutex_);
  return earliest_deadline();
}

std::optional<Instant> EventLoop::earliest_deadline() const {
  std::optional<Instant> earliest;
  for (const auto& host : hosts_) {
    const std::optional<Instant> deadline = host->next_deadline();
    if (deadline && (!earliest || *deadline < *earliest)) earliest = deadline;
  }
  return earliest;
}

void EventLoop::turn(Duration max_wait) {
  max_wait = plan_wait(max_wait);
  // Who asked for a turn before this line is served without a wait, who asks later ends the wait.
  if (!wakeup_->fall_asleep()) max_wait = Duration::zero();
  poller_->wait(max_wait);
  wakeup_->wake_up();
  run_hosts(ran_);
  for (const auto& host : ran_) host->run_unlocked_hook();
  ran_.clear();
}

// A time at which the loop was to wake up remains one when nothing is due then any more: waking up
// once in vain costs less than a wake-up for each request, whose time-out comes and goes.
Duration EventLoop::plan_wait(Duration max_wait) {
  const std::lock_guard lock(mutex_);
  const Instant now = clock().now().monotonic;
  const std::optional<Instant> deadline = earliest_deadline();
  if (max_wait <= Duration::zero() || (deadline && *deadline <= now)) return Duration::zero();
  if (wakes_at_ <= now) wakes_at_ = Instant::max();
  wakes_at_ = std::min({wakes_at_, deadline_after(now, max_wait), deadline.value_or(wakes_at_)});
  return wakes_at_ == Instant::max() ? Duration::max() : wakes_at_ - now;
}

// False: the sleeping loop has to be woken to hear of the deadline. From then on it wakes up by
// then, so that the next one like it is no news.
bool EventLoop::wakes_by(std::optional<Instant> deadline) noexcept {
  if (!deadline || *deadline >= wakes_at_) return true;
  wakes_at_ = *deadline;
  return false;
}

void EventLoop::run_hosts(std::vector<std::shared_ptr<EngineHost>>& ran) {
  const std::lock_guard lock(mutex_);
  poller_->dispatch();
  const Instant now = clock().now().monotonic;
  for (const auto& host : hosts_) {
    if (!host->has_work(now)) continue;
    host->run_turn();
    ran.push_back(host);
  }
}

void EventLoop::attach(std::shared_ptr<EngineHost> host) {
  const std::lock_guard lock(mutex_);
  hosts_.push_back(std::move(host));
}

void EventLoop::detach(EngineHost& host) {
  // In a child of fork the loop's thread is gone, with the lock perhaps; nothing runs there anyway.
  if (!is_owner()) return;
  {
    const std::lock_guard lock(mutex_);
    host.finish();
    const auto same = [&](const auto& entry) { return entry.get() == &host; };
    hosts_.erase(std::remove_if(hosts_.begin(), hosts_.end(), same), hosts_.end());
  }
  // A hook of this host may be running on the loop's thread. On that thread itself there is nothing
  // to wait for: either no hook runs, or this is called from one.
  if (on_loop_thread()) return;
  const std::lock_guard hook_has_ended(host.hook_mutex_);
}

bool EventLoop::is_owner() const noexcept { return ::getpid() == owner_; }

}  // namespace barnabas::transport
