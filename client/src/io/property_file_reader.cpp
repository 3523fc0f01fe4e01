#include "client/src/io/property_file_reader.hpp"

#include "protocol/base/property_file.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace barnabas::client {

Result<Properties> read_property_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) text.assign(std::istreambuf_iterator<char>(file), {});
  if (!file || file.bad()) {
    const int code = errno != 0 ? errno : EIO;
    return Error(ErrorCode::io_error, path + ": " + std::generic_category().message(code));
  }
  Result<Properties> properties = parse_property_file(text);
  if (!properties) return properties.error().within(path);
  return *std::move(properties);
}

}  // namespace barnabas::client
