#include "protocol/transport/request_queue.hpp"

#include <type_traits>
#include <utility>

namespace barnabas::transport {

using network::ConnectionId;

void RequestQueue::resolve(network::LookupId id, std::string host, std::uint16_t port) {
  requests_.push_back(Resolve{id, std::move(host), port});
}

void RequestQueue::connect(ConnectionId id, const network::Address& address) {
  requests_.push_back(Connect{id, address});
}

void RequestQueue::write(ConnectionId id, wire::GatherBuffer bytes) {
  requests_.push_back(Write{id, std::move(bytes)});
}

void RequestQueue::pause_reading(ConnectionId id) {
  requests_.push_back(SetReading{id, true});
  paused_.insert(id);
}

void RequestQueue::resume_reading(ConnectionId id) {
  requests_.push_back(SetReading{id, false});
  paused_.erase(id);
}

bool RequestQueue::hold_reading(ConnectionId id) {
  if (allows_holds_) pause_reading(id);
  return allows_holds_;
}

void RequestQueue::close(ConnectionId id) {
  requests_.push_back(Close{id, false});
  closed_.insert(id);
}

void RequestQueue::close_after_writes(ConnectionId id) {
  requests_.push_back(Close{id, true});
  closed_.insert(id);
}

void RequestQueue::take(std::vector<Request>& batch) {
  requests_.swap(batch);
  closed_.clear();
  paused_.clear();
}

void replay(std::vector<RequestQueue::Request>& batch, network::Network& network) {
  using Queue = RequestQueue;
  for (Queue::Request& entry : batch) {
    std::visit(
        [&network](auto& request) {
          using Kind = std::decay_t<decltype(request)>;
          if constexpr (std::is_same_v<Kind, Queue::Resolve>) {
            network.resolve(request.id, std::move(request.host), request.port);
          } else if constexpr (std::is_same_v<Kind, Queue::Connect>) {
            network.connect(request.id, request.address);
          } else if constexpr (std::is_same_v<Kind, Queue::Write>) {
            network.write(request.id, std::move(request.bytes));
          } else if constexpr (std::is_same_v<Kind, Queue::SetReading>) {
            request.paused ? network.pause_reading(request.id) : network.resume_reading(request.id);
          } else {
            request.after_writes ? network.close_after_writes(request.id)
                                 : network.close(request.id);
          }
        },
        entry);
  }
  batch.clear();
}

}  // namespace barnabas::transport
