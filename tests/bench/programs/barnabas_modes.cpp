#include "tests/bench/programs/barnabas_modes.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace barnabas::bench {

Properties properties(const Arguments& arguments) {
  Properties properties{{"bootstrap.servers", arguments.text("bootstrap")}};
  std::string_view rest = arguments.text("properties");
  while (!rest.empty()) {
    const std::string_view each = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), each.size() + 1));
    const std::size_t equals = each.find('=');
    properties.emplace_back(std::string(each.substr(0, equals)),
                            std::string(each.substr(equals + 1)));
  }
  return properties;
}

std::vector<TopicPartition> all_partitions(const Arguments& arguments) {
  std::vector<TopicPartition> partitions;
  for (std::uint64_t i = 0; i < arguments.number("partitions"); ++i) {
    partitions.emplace_back(arguments.text("topic"), static_cast<std::int32_t>(i));
  }
  return partitions;
}

}  // namespace barnabas::bench
