#pragma once

namespace barnabas::tools {

/// What scripts can rely on.
enum ExitCode : int {
  success = 0,
  failure = 1,      ///< Something could not be done: unreachable, refused, not delivered.
  usage_error = 2,  ///< The command line or the configuration is wrong; nothing was tried.
};

}  // namespace barnabas::tools
