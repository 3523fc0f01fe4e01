#include "protocol/wire/message_type.hpp"
#include "tests/support/message_lines.hpp"
#include "tests/support/split_line.hpp"
#include "tests/support/vectors.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>

using namespace barnabas;

TEST_CASE("what Apache Kafka's serializers wrote is read, means the same, and is written alike") {
  std::set<std::pair<std::string, std::string>> seen;
  for (const std::string& line : test::read_gzip_lines(BARNABAS_VECTORS "/kafka_messages.tsv.gz")) {
    const std::string problem = test::check_message_line(line);
    CHECK_MESSAGE(problem.empty(), line.substr(0, line.find('{')), problem);
    const auto words = test::split_line(line);
    seen.emplace(words[0], words[1]);
  }
  for (const protocol::MessageType* type : protocol::message_types()) {
    const VersionRange versions = type->versions_with_unstable;
    for (int version = versions.min; version <= versions.max; ++version) {
      const std::string name(type->name);
      CHECK_MESSAGE(seen.contains({name, std::to_string(version)}), name, " ", version,
                    ": run update_vectors");
    }
  }
}

TEST_CASE("a difference in one field is seen") {
  const std::string line = "HeartbeatResponse\t1\tplain\t00000005001b\t";
  CHECK(test::check_message_line(line + R"({"throttle_time_ms":5,"error_code":27})").empty());
  CHECK(test::check_message_line(line + R"({"throttle_time_ms":27,"error_code":5})") ==
        "message.throttle_time_ms: 27 against 5");
  CHECK(test::check_message_line("HeartbeatResponse\t1\tplain\t00000005001b00\t{}") ==
        "1 bytes are left");
  CHECK(test::check_message_line("HeartbeatResponse\t9\tplain\t\t{}") ==
        "there is no such version");
}
