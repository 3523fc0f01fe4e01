#pragma once

#include <barnabas/error_code.hpp>
#include <barnabas/fault.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// An error to answer with, and for what.
struct InjectedError {
  std::optional<std::string> topic;       ///< Nothing: every topic.
  std::optional<std::int32_t> partition;  ///< Nothing: every partition.
  ErrorCode code = ErrorCode::none;
};

/// What all faults together have in mind for one request.
struct FaultDecision {
  Verdict verdict;
  std::vector<FaultId> held_by;
  std::vector<InjectedError> errors;

  /// The error injected for an item of the request, or none. Items that are no partitions, topics
  /// for instance, have the index -1.
  ErrorCode error_for(std::string_view topic, std::int32_t partition) const {
    for (const InjectedError& error : errors) {
      if (error.topic && *error.topic != topic) continue;
      if (error.partition && *error.partition != partition) continue;
      return error.code;
    }
    return ErrorCode::none;
  }
};

}  // namespace barnabas::broker
