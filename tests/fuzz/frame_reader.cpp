// Splits streams as a connection delivers them, in pieces of any size, and compares every frame
// with what a plain search finds. Input: pairs of bytes; the first says what the stream brings
// next, the second in which pieces it is read.

#include "protocol/network/frame_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

using namespace barnabas;
using network::Frame;
using network::FrameReader;

namespace {

constexpr std::size_t largest_frame = 100'000;
constexpr std::size_t longest_stream = 50'000;

void require(bool condition) {
  if (!condition) std::abort();
}

class Check {
 public:
  /// Appends what `code` stands for: a raw byte, or a frame of one of sixteen sizes.
  void extend(std::uint8_t code) {
    if (code < 64) {
      stream_.push_back(static_cast<std::byte>(code));
      return;
    }
    const std::size_t size =
        std::min((code % 4U + std::size_t{3}) << (code / 4 % 16), largest_frame);
    for (int shift = 24; shift >= 0; shift -= 8) {
      stream_.push_back(static_cast<std::byte>(size >> shift & 0xFF));
    }
    // A different byte at each position, so that shifted content shows.
    stream_.resize(stream_.size() + size);
    for (std::size_t i = stream_.size() - size; i < stream_.size(); ++i) {
      stream_.data()[i] = static_cast<std::byte>((i * 31) >> 3 & 0xFF);
    }
  }

  void receive(std::size_t piece, bool keep_frames) {
    piece = std::max(piece, (stream_.size() - sent_) / 32);  // in reasonable time
    while (sent_ < stream_.size()) {
      const std::span<std::byte> room = reader_.receive_buffer();
      require(!room.empty());
      require(room.size() <= 2 * largest_frame + FrameReader::shared_buffer_size);
      const std::size_t count = std::min({piece, room.size(), stream_.size() - sent_});
      std::memcpy(room.data(), stream_.data() + sent_, count);
      reader_.received(count);
      sent_ += count;
      while (take_frame(keep_frames)) continue;
    }
  }

  std::size_t size() const { return stream_.size(); }

  void check_kept_frames() const {
    for (const Kept& kept : kept_) compare(kept.frame, kept.at);
  }

 private:
  struct Kept {
    Frame frame;
    std::size_t at;
  };

  bool take_frame(bool keep) {
    const Result<std::optional<Frame>> frame = reader_.next_frame();
    const std::optional<std::size_t> size = expected_size();
    const bool broken = size && *size > largest_frame;
    require(frame.has_value() == !broken);
    const bool complete = size && !broken && found_ + 4 + *size <= sent_;
    if (!frame) return false;
    require(frame->has_value() == complete);
    if (!complete) return false;
    require((*frame)->bytes.size() == *size);
    compare(**frame, found_ + 4);
    if (keep) kept_.push_back({**frame, found_ + 4});
    found_ += 4 + *size;
    return true;
  }

  std::optional<std::size_t> expected_size() const {
    if (sent_ - found_ < 4) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      size = size << 8 | std::to_integer<std::size_t>(stream_[found_ + i]);
    }
    return size;
  }

  void compare(const Frame& frame, std::size_t at) const {
    require(frame.bytes.empty() ||
            std::memcmp(frame.bytes.data(), stream_.data() + at, frame.bytes.size()) == 0);
  }

  FrameReader reader_{largest_frame};
  std::vector<std::byte> stream_;
  std::size_t sent_ = 0;
  std::size_t found_ = 0;  // end of the last frame
  std::vector<Kept> kept_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Check check;
  for (std::size_t i = 0; i + 1 < size && check.size() < longest_stream; i += 2) {
    check.extend(data[i]);
    check.receive(std::size_t{1} << (data[i + 1] % 18), data[i + 1] >= 128);
  }
  check.check_kept_frames();
  return 0;
}
