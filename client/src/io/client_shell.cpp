#include "client/src/io/client_shell.hpp"

#include "client/src/core/config/cluster_settings.hpp"
#include "client/src/io/process.hpp"

#include <string>
#include <utility>

namespace barnabas::client {

ClientShell::ClientShell(std::shared_ptr<Driver> driver, const ClientSettings& settings)
    : driver_(std::move(driver)), logger_(settings.log, settings.log_level) {}

ClientShell::~ClientShell() {
  if (binding_) binding_->stop();
}

Result<std::shared_ptr<ClientShell>> ClientShell::open(std::shared_ptr<Driver> driver,
                                                       const ClientSettings& settings,
                                                       const MakeEngine& make_engine) {
  Result<ClusterOptions> options = cluster_options(settings);
  if (!options) return options.error();
  std::shared_ptr<ClientShell> shell(new ClientShell(std::move(driver), settings));
  Result<std::unique_ptr<EngineBinding>> binding =
      shell->driver_->bind(shell->mutex_, {settings.send_buffer, settings.receive_buffer});
  if (!binding) return binding.error();
  shell->binding_ = *std::move(binding);
  for (const std::string& note : settings.notes) {
    shell->logger_.log(shell->driver_->now(), LogLevel::warning, "a property has no effect",
                       {{"property", note}});
  }
  shell->engine_ =
      make_engine(EngineContext{*std::move(options), shell->binding_->network(), shell->logger_,
                                shell->outbox_, shell->driver_->new_seed()});
  // The binding stops before the shell ends, so it need not own it.
  shell->binding_->start(*shell->engine_, [raw = shell.get()] { raw->deliver(); });
  return shell;
}

ClientShell::Visit::Visit(ClientShell& shell)
    : shell_(shell), lock_(shell.mutex_), now_(shell.driver_->now()) {}

ClientShell::Visit::~Visit() { shell_.binding_->leave(lock_); }

bool ClientShell::Visit::wait(const std::function<bool()>& done, std::chrono::nanoseconds limit) {
  const bool result =
      shell_.binding_->wait_until(lock_, done, deadline_after(now_.monotonic, limit));
  now_ = shell_.driver_->now();
  return result;
}

void ClientShell::deliver() {
  std::unique_lock lock(mutex_);
  while (!outbox_.empty()) {
    const auto calls = outbox_.take();
    lock.unlock();
    for (const std::function<void()>& call : calls) call();
    lock.lock();
  }
}

Result<void> ClientShell::wait_for(detail::Completion& completion,
                                   std::optional<std::chrono::nanoseconds> limit) {
  // Nobody would ever end it, and whoever held locks at the time of the fork is not here.
  if (!driver_->usable()) return used_after_fork();
  if (driver_->on_loop_thread()) {
    return Error(ErrorCode::invalid_state,
                 "waiting for a client within its own callback could never end");
  }
  if (!driver_->is_manual()) return completion.block_for(limit);
  const Instant deadline =
      deadline_after(driver_->now().monotonic, limit.value_or(std::chrono::nanoseconds::max()));
  while (!completion.done()) {
    {
      std::unique_lock lock(mutex_);
      const auto progress = [&] { return completion.done() || !outbox_.empty(); };
      if (!binding_->wait_until(lock, progress, deadline)) {
        return detail::Completion::not_done_yet();
      }
    }
    deliver();
  }
  return {};
}

bool ClientShell::close(std::chrono::nanoseconds limit) {
  if (!driver_->usable()) return true;
  bool drained = false;
  {
    Visit visit(*this);
    if (std::exchange(closing_, true)) return true;
    engine_->begin_close(visit.now());
    const auto is_drained = [this] { return engine_->is_drained(); };
    drained = is_drained() || visit.wait(is_drained, limit);
    engine_->finish_close(visit.now());
    closed_ = true;
  }
  binding_->stop();
  deliver();
  return drained;
}

}  // namespace barnabas::client
