#include "protocol/wire/tag_section.hpp"

namespace barnabas::wire {

namespace {

constexpr const char* section = "tagged fields";
constexpr std::size_t min_field_size = 2;  // A tag and a size.

}  // namespace

TagSection::TagSection(Reader& in) noexcept
    : in_(in), outer_end_(in.end_), left_(in.uvarint(section)) {
  if (left_ > in_.remaining() / min_field_size) {
    in_.fail(section, "the message is too short for so many");
  }
}

bool TagSection::next() noexcept {
  if (!in_.ok()) return false;
  const bool first = !inside_;
  if (inside_) {
    if (in_.remaining() != 0) {
      in_.fail(section, "a field is longer than its content");
      return false;
    }
    in_.end_ = outer_end_;
  }
  if (left_ == 0) return false;
  --left_;
  inside_ = true;
  const std::uint32_t tag = in_.uvarint(section);
  const std::uint32_t size = in_.uvarint(section);
  if (!in_.ok()) return false;
  if (!first && tag <= tag_) {
    in_.fail(section, "the tags do not ascend");
    return false;
  }
  if (size > in_.remaining()) {
    in_.fail(section, "a field is longer than the message");
    return false;
  }
  tag_ = tag;
  in_.end_ = in_.cursor_ + size;
  return true;
}

void skip_tags(Reader& in) noexcept {
  for (TagSection tags(in); tags.next();) tags.skip();
}

}  // namespace barnabas::wire
