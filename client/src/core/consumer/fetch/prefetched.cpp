#include "client/src/core/consumer/fetch/prefetched.hpp"

#include "client/src/core/consumer/positions/partition_state.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

void Prefetched::add(PartitionState& state, FetchedChunk chunk) {
  chunk.sequence = ++last_sequence_;
  state.buffered_bytes += chunk.data.size();
  state.buffer.push_back(std::move(chunk));
  index(state);
}

const PartitionState* Prefetched::next() const {
  for (const auto& [sequence, state] : fronts_) {
    if (state->is_deliverable()) return state;
  }
  return nullptr;
}

FetchedChunk Prefetched::take() {
  const auto found = std::find_if(fronts_.begin(), fronts_.end(),
                                  [](const auto& front) { return front.second->is_deliverable(); });
  PartitionState& state = *found->second;
  fronts_.erase(found);
  FetchedChunk chunk = std::move(state.buffer.front());
  state.buffer.pop_front();
  state.buffered_bytes -= chunk.data.size();
  index(state);
  return chunk;
}

void Prefetched::put_back(PartitionState& state, FetchedChunk chunk) {
  unindex(state);
  state.buffered_bytes += chunk.data.size();
  state.buffer.push_front(std::move(chunk));
  index(state);
}

void Prefetched::drop(PartitionState& state) {
  unindex(state);
  state.buffer.clear();
  state.buffered_bytes = 0;
}

void Prefetched::index(PartitionState& state) {
  if (!state.buffer.empty()) fronts_[state.buffer.front().sequence] = &state;
}

void Prefetched::unindex(const PartitionState& state) {
  if (!state.buffer.empty()) fronts_.erase(state.buffer.front().sequence);
}

}  // namespace barnabas::client
