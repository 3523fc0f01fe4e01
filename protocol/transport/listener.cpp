#include "protocol/transport/listener.hpp"

#include "protocol/transport/socket_address.hpp"

#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <sys/socket.h>

namespace barnabas::transport {
namespace {

constexpr std::chrono::milliseconds pause_without_memory{100};

FileDescriptor open_reserve() { return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

Listener::Listener(network::ListenerId id, FileDescriptor socket, SocketOptions options,
                   std::vector<network::ListenerId>& ready, std::atomic<std::uint64_t>& dropped)
    : id_(id),
      options_(options),
      socket_(std::move(socket)),
      reserve_(open_reserve()),
      ready_(ready),
      dropped_(dropped) {}

Result<void> Listener::watch(Poller& poller) {
  Result<Poller::Registration> registration = poller.add(socket_.get(), {.readable = true}, *this);
  if (!registration) return registration.error();
  registration_ = *std::move(registration);
  return {};
}

std::optional<Listener::Accepted> Listener::accept(Instant now) {
  for (;;) {
    SocketAddress peer;
    peer.size = sizeof peer.storage;
    FileDescriptor socket(
        ::accept4(socket_.get(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) {
      set_stream_options(socket.get(), options_);
      return Accepted{std::move(socket), from_socket_address(peer.get())};
    }
    switch (errno) {
      case EAGAIN:
        return std::nullopt;
      case EMFILE:
      case ENFILE:
        if (!reserve_) {
          pause(now + pause_without_memory);
          return std::nullopt;
        }
        shed_one();
        return std::nullopt;
      case ENOBUFS:
      case ENOMEM:
        pause(now + pause_without_memory);
        return std::nullopt;
      default:
        break;  // what befell this one connection (ECONNABORTED, EPROTO...) does not touch the next
    }
  }
}

void Listener::resume() {
  paused_until_.reset();
  if (!reserve_) reserve_ = open_reserve();
  registration_.change({.readable = true});
}

void Listener::on_ready(Readiness) { ready_.push_back(id_); }

void Listener::shed_one() {
  reserve_.reset();
  FileDescriptor dropped(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (dropped) ++dropped_;
  dropped.reset();
  reserve_ = open_reserve();
}

void Listener::pause(Instant until) {
  paused_until_ = until;
  registration_.change({});
}

}  // namespace barnabas::transport
