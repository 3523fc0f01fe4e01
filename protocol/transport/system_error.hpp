#pragma once

#include <barnabas/error.hpp>

#include <string_view>

namespace barnabas::transport {

/// `code` with the context "<what>: <the system's text for error_number>".
Error system_error(ErrorCode code, std::string_view what, int error_number);

}  // namespace barnabas::transport
