#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/decompressor.hpp"

#include <cstddef>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// The lines of a gzip file. Throws when there is no such file or it is damaged.
inline std::vector<std::string> read_gzip_lines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(file), {}};
  ByteBuffer text;
  constexpr std::size_t limit = std::size_t{64} << 20;
  compression::Decompressor().decompress(Codec::gzip, BytesView(packed), limit, text).value();
  std::vector<std::string> lines;
  std::string_view rest = BytesView(text.data(), text.size()).text();
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (lines.empty()) throw std::runtime_error(path + " is empty");
  return lines;
}

}  // namespace barnabas::test
