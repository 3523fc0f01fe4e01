#pragma once

#include <string>
#include <string_view>

namespace barnabas::schemac {

/// Collects lines of C++ with two spaces of indentation a level.
class CodeWriter {
 public:
  void line(std::string_view text = {}) {
    if (!text.empty()) code_.append(indent_ * 2, ' ').append(text);
    code_ += '\n';
  }
  /// A line that ends in an opening brace; what follows is indented until `close`.
  void open(std::string_view text) {
    line(std::string(text) + (text.empty() ? "{" : " {"));
    ++indent_;
  }
  void close(std::string_view suffix = {}) {
    --indent_;
    line("}" + std::string(suffix));
  }
  /// "} else {".
  void otherwise() {
    --indent_;
    line("} else {");
    ++indent_;
  }
  /// Each line of `text` behind "/// ".
  void doc(std::string_view text);

  const std::string& code() const { return code_; }

 private:
  std::string code_;
  std::size_t indent_ = 0;
};

}  // namespace barnabas::schemac
