#include "broker/src/core/storage/producer_ids.hpp"

#include "broker/src/core/storage/file_encoding.hpp"
#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/record_frame.hpp"
#include "protocol/wire/reader.hpp"

#include <utility>
#include <vector>

namespace barnabas::broker::storage {

namespace {

constexpr std::int16_t frame_version = 0;

}  // namespace

void ProducerIds::start(std::int64_t first) {
  next_ = first;
  reserved_ = first;
  asked_for_ = first;
  reserve();
}

void ProducerIds::next(Done done) {
  waiting_.push_back(std::move(done));
  progress();
}

void ProducerIds::progress() {
  while (!waiting_.empty()) {
    if (files_.done(ticket_)) reserved_ = asked_for_;
    // The next block is asked for early, so that nobody has to wait for it.
    if (reserved_ == asked_for_ && reserved_ - next_ <= block / 2) reserve();
    if (files_.done(ticket_)) reserved_ = asked_for_;
    if (next_ < reserved_) {
      finish(next_++);
    } else if (files_.step() == StateFiles::Step::waiting) {
      fail(Error(ErrorCode::coordinator_load_in_progress, "there is no space to reserve ids"));
    } else {
      return;
    }
  }
}

void ProducerIds::fail(const Error& error) {
  for (std::size_t left = waiting_.size(); left > 0; --left) finish(error);
}

void ProducerIds::finish(const Result<std::int64_t>& result) {
  const Done done = std::move(waiting_.front());
  waiting_.pop_front();
  done(result);
}

void ProducerIds::reserve() {
  asked_for_ += block;
  ticket_ = files_.replace(file_name::producer_ids, encode(asked_for_));
}

std::string ProducerIds::encode(std::int64_t first_free) {
  std::string data;
  append_integer(data, first_free);
  std::string file;
  append_frame(file, frame_version, data);
  return file;
}

Result<std::int64_t> ProducerIds::decode(BytesView file) {
  const Result<std::vector<Frame>> frames = parse_frames(file);
  if (!frames) return frames.error();
  if (frames->size() != 1) return Error(ErrorCode::malformed_message, "not one record");
  if (frames->front().version > frame_version) {
    return Error(ErrorCode::data_from_newer_version,
                 "producer ids of version " + std::to_string(frames->front().version));
  }
  wire::Reader in(frames->front().data);
  const std::int64_t first_free = in.int64("first_free");
  if (in.ok() && first_free < 0) in.fail("first_free", "it is negative");
  if (!in.ok()) return in.error();
  return first_free;
}

}  // namespace barnabas::broker::storage
