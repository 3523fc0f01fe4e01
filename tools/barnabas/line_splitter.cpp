#include "tools/barnabas/line_splitter.hpp"

#include <algorithm>

namespace barnabas::tools {

Result<std::optional<std::string_view>> LineSplitter::next() {
  const std::size_t found = buffer_.find(delimiter_, std::max(begin_, searched_));
  if (found == std::string::npos) {
    if (begin_ > 0) {
      buffer_.erase(0, begin_);
      begin_ = 0;
    }
    // A delimiter may have begun within the last bytes.
    searched_ = buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1);
    if (buffer_.size() > max_size_) {
      return Error(ErrorCode::message_too_large,
                   "no delimiter within " + std::to_string(max_size_) + " bytes of input");
    }
    return std::optional<std::string_view>();
  }
  const std::string_view piece(buffer_.data() + begin_, found - begin_);
  begin_ = searched_ = found + delimiter_.size();
  return std::optional<std::string_view>(piece);
}

std::optional<std::string_view> LineSplitter::rest() const {
  if (begin_ == buffer_.size()) return std::nullopt;
  return std::string_view(buffer_).substr(begin_);
}

}  // namespace barnabas::tools
