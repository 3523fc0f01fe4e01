#include "client/src/core/consumer/topic_pattern.hpp"

#include <regex>
#include <utility>

namespace barnabas::client {

struct TopicPattern::Expression {
  std::regex regex;
};

Result<TopicPattern> TopicPattern::compile(std::string_view text) {
  try {
    return TopicPattern(std::make_shared<const Expression>(
        Expression{std::regex(text.begin(), text.end(), std::regex::ECMAScript)}));
  } catch (const std::regex_error& error) {
    return Error(ErrorCode::invalid_argument,
                 "\"" + std::string(text) + "\" is not a regular expression: " + error.what());
  }
}

bool TopicPattern::matches(std::string_view topic) const {
  try {
    return std::regex_match(topic.begin(), topic.end(), expression_->regex);
  } catch (const std::regex_error&) {
    return false;  // too complex for this name
  }
}

}  // namespace barnabas::client
