#include "protocol/schemac/code_writer.hpp"

#include <cstddef>

namespace barnabas::schemac {

void CodeWriter::doc(std::string_view text) {
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string line_text = "/// ";
    line_text += text.substr(0, newline);
    line(line_text.substr(0, line_text.find_last_not_of(' ') + 1));
    if (newline == std::string_view::npos) return;
    text.remove_prefix(newline + 1);
  }
}

}  // namespace barnabas::schemac
