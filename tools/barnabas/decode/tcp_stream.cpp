#include "tools/barnabas/decode/tcp_stream.hpp"

namespace barnabas::tools {

void TcpStream::start(std::uint32_t sequence) {
  if (started_) return;
  started_ = true;
  next_ = sequence + 1;
}

void TcpStream::add(std::uint32_t sequence, BytesView payload) {
  if (payload.empty()) return;
  if (!started_) {
    started_ = true;
    next_ = sequence;
  }
  // How far before or behind what comes next; sequence numbers wrap.
  const auto distance = static_cast<std::int32_t>(sequence - next_);
  if (distance > 0) {
    early_.emplace(position_ + static_cast<std::uint64_t>(distance), payload.text());
    return;
  }
  const auto known = static_cast<std::size_t>(-static_cast<std::int64_t>(distance));
  if (known >= payload.size()) return;
  const std::string_view fresh = payload.text().substr(known);
  ready_.append(fresh);
  next_ += static_cast<std::uint32_t>(fresh.size());
  position_ += fresh.size();
  append_early();
}

void TcpStream::append_early() {
  while (!early_.empty() && early_.begin()->first <= position_) {
    const auto& [at, bytes] = *early_.begin();
    const std::size_t known = position_ - at;
    if (known < bytes.size()) {
      ready_.append(bytes, known);
      next_ += static_cast<std::uint32_t>(bytes.size() - known);
      position_ += bytes.size() - known;
    }
    early_.erase(early_.begin());
  }
}

void TcpStream::consume(std::size_t count) {
  consumed_ += count;
  constexpr std::size_t worth_moving = 1 << 16;
  if (consumed_ < worth_moving || consumed_ < ready_.size() / 2) return;
  ready_.erase(0, consumed_);
  consumed_ = 0;
}

}  // namespace barnabas::tools
