#pragma once

#include <barnabas/error.hpp>

#include <string>
#include <utility>

namespace barnabas::client {

/// The end of an attempt that took too long: `text` says what was given up, `last` what stood in
/// its way, if that is known.
inline Error gave_up(ErrorCode code, std::string text, const Error& last) {
  if (!last.ok()) text += "; last: " + last.to_string();
  return {code, std::move(text)};
}

}  // namespace barnabas::client
