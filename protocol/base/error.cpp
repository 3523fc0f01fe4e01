#include <barnabas/error.hpp>

#include "protocol/base/error_entry.hpp"

#include <barnabas/result.hpp>

#include <ostream>
#include <utility>

namespace barnabas {

Error::Error(ErrorCode code, std::string context) : code_(code), context_(std::move(context)) {}

ErrorFlags Error::flags() const noexcept {
  ErrorFlags flags;
  if (const protocol::ErrorEntry* entry = protocol::find_error(code_)) {
    flags.retriable = entry->retriable;
    flags.fatal = entry->fatal;
    flags.needs_abort = entry->needs_abort;
  }
  return flags;
}

Error Error::within(std::string_view outer) const {
  Error wrapped = *this;
  wrapped.context_ = outer;
  if (!context_.empty()) wrapped.context_ += ": " + context_;
  return wrapped;
}

Error Error::as_fatal() const {
  Error marked = *this;
  marked.fatal_ = true;
  return marked;
}

std::string Error::to_string() const {
  std::string text = context_;
  if (!text.empty()) text += ": ";
  text += name(code_);
  if (protocol::find_error(code_) == nullptr) {
    text += "(" + std::to_string(static_cast<int>(code_)) + ")";
  }
  if (retriable()) text += ", retriable";
  if (fatal()) text += ", fatal";
  if (needs_abort()) text += ", needs abort";
  return text;
}

std::ostream& operator<<(std::ostream& out, const Error& error) { return out << error.to_string(); }

Exception::Exception(Error error) : error_(std::move(error)), text_(error_.to_string()) {}

void throw_error(const Error& error) { throw Exception(error); }

}  // namespace barnabas
