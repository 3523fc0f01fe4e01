#include "tools/barnabas/settings.hpp"

#include "protocol/base/property_file.hpp"

#include <fstream>
#include <sstream>

namespace barnabas::tools {

Result<std::pair<std::string, std::string>> parse_setting(const std::string& option,
                                                          const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return Error(ErrorCode::invalid_argument, option + " " + text + ": NAME=VALUE is expected");
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Result<Properties> read_properties(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return Error(ErrorCode::io_error, path + ": cannot be read");
  }
  Result<Properties> properties = parse_property_file(text.str());
  if (!properties) return properties.error().within(path);
  return properties;
}

}  // namespace barnabas::tools
