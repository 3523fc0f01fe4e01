#pragma once

#include "protocol/wire/reader.hpp"

#include <cstddef>
#include <cstdint>

namespace barnabas::wire {

/// Walks the tagged fields at the end of a flexible struct:
///
///   for (TagSection tags(in); tags.next();) {
///     switch (tags.tag()) {
///       case 0: value = in.int32("value"); break;
///       default: tags.skip();
///     }
///   }
///
/// While a field is current the reader ends where the field does. Tags that do not ascend, and
/// fields whose content is not exactly as long as their size says, make the reader fail.
class TagSection {
 public:
  explicit TagSection(Reader& in) noexcept;

  /// Moves on to the next field. False at the end of the section or once the reader failed.
  bool next() noexcept;
  std::uint32_t tag() const noexcept { return tag_; }
  /// Passes over the current field.
  void skip() noexcept { in_.cursor_ = in_.end_; }

 private:
  Reader& in_;
  const std::byte* outer_end_;
  std::uint32_t left_;
  std::uint32_t tag_ = 0;
  bool inside_ = false;
};

/// Passes over a tag section of which nothing is known.
void skip_tags(Reader& in) noexcept;

}  // namespace barnabas::wire
