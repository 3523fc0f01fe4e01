#include "protocol/schemac/code_writer.hpp"

#include <cstddef>

namespace barnabas::schemac {

void CodeWriter::doc(std::string_view text) {
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    line("/// " + std::string(text.substr(0, newline)));
    if (newline == std::string_view::npos) return;
    text.remove_prefix(newline + 1);
  }
}

}  // namespace barnabas::schemac
