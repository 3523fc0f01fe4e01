#include "protocol/transport/system_error.hpp"

#include <string>
#include <system_error>

namespace barnabas::transport {

Error system_error(ErrorCode code, std::string_view what, int error_number) {
  return Error(code, std::string(what) + ": " + std::generic_category().message(error_number));
}

}  // namespace barnabas::transport
