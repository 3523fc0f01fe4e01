#include "broker/src/core/fault/damage.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace barnabas::broker {
namespace {

// A frame begins with its length and the correlation id, four bytes each.
constexpr std::size_t length_bytes = 4;
constexpr std::size_t head_bytes = 8;
constexpr std::size_t last_byte_of_correlation_id = 7;

void flip(std::vector<std::byte>& frame, std::size_t place) {
  if (frame.empty()) return;
  frame[std::min(place, frame.size() - 1)] ^= std::byte{0xFF};
}

void shorten(std::vector<std::byte>& frame, std::size_t body_bytes) {
  if (frame.size() <= head_bytes) return;
  frame.resize(head_bytes + std::min(body_bytes, frame.size() - head_bytes - 1));
  auto length = static_cast<std::uint32_t>(frame.size() - length_bytes);
  for (std::size_t i = length_bytes; i-- > 0; length >>= 8) {
    frame[i] = static_cast<std::byte>(length & 0xFF);
  }
}

}  // namespace

std::optional<Answer> damage(const Verdict& verdict, Answer answer) {
  if (verdict.reply == Verdict::Reply::drop) return std::nullopt;
  if (verdict.reply == Verdict::Reply::disconnect) return Answer::close();
  if (!verdict.cut_after && !verdict.corrupt_byte && !verdict.wrong_correlation_id &&
      !verdict.shorten_body) {
    return answer;
  }

  if (const Result<void> read = answer.frame.read_files(); !read)
    return Answer::close(read.error());
  std::vector<std::byte> frame = answer.frame.flatten();
  if (verdict.shorten_body) shorten(frame, *verdict.shorten_body);
  if (verdict.wrong_correlation_id) flip(frame, last_byte_of_correlation_id);
  if (verdict.corrupt_byte) flip(frame, *verdict.corrupt_byte);
  if (verdict.cut_after) {
    frame.resize(std::min(frame.size(), *verdict.cut_after));
    answer.disconnect = true;
  }
  answer.frame = wire::GatherBuffer();
  answer.frame.append(frame);
  return answer;
}

}  // namespace barnabas::broker
