#include "broker/src/io/broker_server.hpp"

#include "broker/src/core/config/broker_properties.hpp"
#include "broker/src/handlers/routes.hpp"
#include "protocol/transport/io_thread.hpp"

#include <random>

namespace barnabas::broker::io {
namespace {

// Recovery after a crash reads logs before this; what is left is a few fsyncs.
constexpr std::chrono::minutes longest_start{2};
constexpr std::chrono::seconds longest_restart{30};

std::uint64_t new_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

BrokerServer::BrokerServer(const BrokerConfig& config)
    : config_(config), listeners_(config_.settings()), disk_(config_.settings().data_folder) {}

BrokerServer::~BrokerServer() {
  const Result<void> stopped = stop(std::chrono::seconds(10));
  static_cast<void>(stopped);  // what was not stored in time is recovered by the next start
}

Result<std::unique_ptr<BrokerServer>> BrokerServer::start(const BrokerConfig& config) {
  if (!config.error().ok()) return config.error();
  if (const Result<void> valid = validate(config.settings()); !valid) return valid.error();
  std::unique_ptr<BrokerServer> server(new BrokerServer(config));
  server->warn_of_ignored_properties();
  Result<void> up = server->open_loop();
  if (up) up = server->boot();
  if (!up) return up.error();
  return server;
}

Logger BrokerServer::logger() const { return Logger(config_.log_callback(), config_.log_level()); }

void BrokerServer::warn_of_ignored_properties() const {
  Logger log = logger();
  for (const std::string& property : config_.ignored()) {
    log.log(clock_.now(), LogLevel::warning, "a property of Kafka has no effect here",
            {{"property", property}});
  }
}

Result<void> BrokerServer::open_loop() {
  transport::EventLoop::Environment environment;
  environment.clock = &clock_;
  Result<std::unique_ptr<transport::EventLoop>> loop = transport::EventLoop::create(environment);
  if (!loop) return loop.error();
  loop_ = std::move(*loop);
  Result<std::thread> thread =
      transport::start_thread("barnabas-broker", [loop = loop_.get()] { loop->run(); });
  if (!thread) return thread.error();
  thread_ = std::move(*thread);
  return {};
}

Result<void> BrokerServer::boot() {
  transport::SocketOptions sockets;
  sockets.buffers.send = config_.settings().connections.send_buffer;
  host_ = loop_->host(mutex_, sockets);
  const Result<storage::Disk*> disk = disk_.open([host = std::weak_ptr(host_)] {
    if (const auto target = host.lock()) target->request_advance();
  });
  Result<void> up = disk ? start_engine(**disk) : Result<void>(disk.error());
  const std::string& folder = config_.settings().data_folder;
  if (disk && !up && !folder.empty()) up = up.error().within("data folder " + folder);
  if (up) up = open_doors();
  if (!up) {
    drop_engine();
    disk_.close();
  }
  return up;
}

Result<void> BrokerServer::start_engine(storage::Disk& disk) {
  {
    const std::lock_guard lock(mutex_);
    engine_ = std::make_unique<BrokerEngine>(config_.settings(), routes(), host_->network(), disk,
                                             Logger(config_.log_callback(), config_.log_level()),
                                             new_seed());
    hosted_ = std::make_unique<HostedEngine>(*engine_, disk_);
    const Now now = clock_.now();
    const Result<void> started = engine_->start(now);
    if (!started) return started;
    disk_.deliver(now, *engine_);
    seen_ = engine_->state();
  }
  transport::HostHooks hooks;
  hooks.locked = [this] { notice_state(); };
  host_->start(*hosted_, std::move(hooks));
  if (!wait_while(BrokerEngine::State::starting, longest_start)) {
    return Error(ErrorCode::timed_out, "the disk does not answer");
  }
  const std::lock_guard lock(mutex_);
  if (engine_->state() == BrokerEngine::State::failed) return engine_->failure();
  return {};
}

Result<void> BrokerServer::open_doors() {
  const BrokerSettings& settings = config_.settings();
  for (NodeId node = settings.node_id; node < settings.node_id + settings.nodes; ++node) {
    Result<std::vector<NodeListeners::Open>> opened = listeners_.open(*host_, node);
    if (!opened) return opened.error();
    const std::lock_guard lock(mutex_);
    for (NodeListeners::Open& listener : *opened) {
      engine_->add_listener(node, listener.id, std::move(listener.advertised));
    }
  }
  enter([](BrokerEngine& engine, const Now& now) { engine.serve(now); });
  return {};
}

void BrokerServer::leave(std::unique_lock<std::mutex>& lock, const Now& now) {
  disk_.deliver(now, *engine_);
  notice_state();
  host_->leave(lock);
}

void BrokerServer::notice_state() {
  if (seen_ == engine_->state()) return;
  seen_ = engine_->state();
  state_changed_.notify_all();
}

// False when the engine is in `state` for longer than `limit`.
bool BrokerServer::wait_while(BrokerEngine::State state, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return state_changed_.wait_for(lock, limit, [&] { return engine_->state() != state; });
}

void BrokerServer::drop_engine() {
  if (host_) host_->stop();
  const std::lock_guard lock(mutex_);
  hosted_.reset();
  engine_.reset();
}

Result<void> BrokerServer::shut_down(std::chrono::milliseconds limit) {
  {
    const std::lock_guard lock(mutex_);
    if (!engine_) return {};
  }
  enter([](BrokerEngine& engine, const Now& now) { engine.stop(now); });
  Result<void> stopped;
  if (!wait_while(BrokerEngine::State::stopping, limit)) {
    stopped = Error(ErrorCode::timed_out, "the disk did not take everything in time");
  } else {
    const std::lock_guard lock(mutex_);
    if (engine_->state() == BrokerEngine::State::failed) stopped = engine_->failure();
  }
  drop_engine();
  disk_.close();
  return stopped;
}

Result<void> BrokerServer::stop(std::chrono::milliseconds limit) {
  const std::lock_guard life(life_);
  Result<void> stopped = shut_down(limit);
  if (thread_.joinable()) {
    loop_->stop();
    thread_.join();
  }
  return stopped;
}

Result<void> BrokerServer::restart() {
  const std::lock_guard life(life_);
  if (!thread_.joinable()) return Error(ErrorCode::closed, "the broker is stopped");
  const Result<void> stopped = shut_down(longest_restart);
  return stopped ? boot() : stopped;
}

Result<void> BrokerServer::crash() {
  const std::lock_guard life(life_);
  if (!thread_.joinable()) return Error(ErrorCode::closed, "the broker is stopped");
  drop_engine();
  disk_.crash();
  return boot();
}

Result<void> BrokerServer::stop_node(NodeId node) {
  const std::lock_guard life(life_);
  const Result<void> stopped =
      enter([&](BrokerEngine& engine, const Now& now) { return engine.stop_node(now, node); });
  if (stopped) listeners_.close(*host_, node);
  return stopped;
}

Result<void> BrokerServer::start_node(NodeId node) {
  const std::lock_guard life(life_);
  const bool stopped = enter([&](BrokerEngine& engine, const Now&) {
    return engine.cluster().find(node) && !engine.cluster().is_running(node);
  });
  if (stopped) {
    const Result<std::vector<NodeListeners::Open>> opened = listeners_.open(*host_, node);
    if (!opened) return opened.error();
  }
  return enter([&](BrokerEngine& engine, const Now& now) { return engine.start_node(now, node); });
}

void BrokerServer::advance_clock(std::chrono::milliseconds time) {
  clock_.advance(time);
  const std::lock_guard life(life_);
  if (host_) host_->request_advance();
}

}  // namespace barnabas::broker::io
