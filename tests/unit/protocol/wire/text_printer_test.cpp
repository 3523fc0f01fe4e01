#include "protocol/wire/text_printer.hpp"

#include "protocol/messages/incremental_alter_configs.hpp"
#include "protocol/messages/metadata.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using barnabas::wire::TextPrinter;

TEST_CASE("a message is one line with names, nested structs and arrays") {
  protocol::MetadataResponse response;
  response.cluster_id = "c";
  auto& broker = response.brokers.emplace_back();
  broker.node_id = 1;
  broker.host = "h";
  broker.port = 9092;
  response.brokers.emplace_back();
  auto& topic = response.topics.emplace_back();
  topic.error_code = ErrorCode::leader_not_available;
  topic.name = "orders";
  topic.partitions.emplace_back().replica_nodes = {1, 2};
  std::string text;
  response.print(text);
  CHECK(text ==
        "MetadataResponse{throttle_time_ms=0, brokers=[{node_id=1, host=\"h\", port=9092, "
        "rack=null}, {node_id=0, host=\"\", port=0, rack=null}], cluster_id=\"c\", "
        "controller_id=-1, topics=[{error_code=LEADER_NOT_AVAILABLE(5), name=\"orders\", "
        "topic_id=AAAAAAAAAAAAAAAAAAAAAA, is_internal=false, partitions=[{error_code=NONE(0), "
        "partition_index=0, leader_id=0, leader_epoch=-1, replica_nodes=[1, 2], isr_nodes=[], "
        "offline_replicas=[]}], topic_authorized_operations=-2147483648}], "
        "cluster_authorized_operations=-2147483648, error_code=NONE(0)}");
}

TEST_CASE("secrets are hidden") {
  protocol::IncrementalAlterConfigsRequest request;
  auto& config = request.resources.emplace_back().configs.emplace_back();
  config.name = "ssl.key.password";
  config.value = "hunter2";
  std::string text;
  request.print(text);
  CHECK(text.find("hunter2") == std::string::npos);
  CHECK(text.find("value=(hidden)") != std::string::npos);
}

TEST_CASE("text is quoted and cannot break the line") {
  std::string text;
  TextPrinter printer(text);
  printer.begin_message("X");
  printer.begin_struct();
  printer.field("a", std::string_view("q\"\\\n\x7f"));
  printer.end_struct();
  CHECK(text == "X{a=\"q\\\"\\\\\\x0a\\x7f\"}");
}

TEST_CASE("bytes and records show their size") {
  std::string text;
  TextPrinter printer(text);
  printer.begin_message("X");
  printer.begin_struct();
  printer.field("a", BytesView("abc"));
  printer.field("b", wire::RecordSegments());
  printer.field("c", wire::RecordSegments("abcd"));
  printer.field("d", 1.5);
  printer.field("e", std::optional<BytesView>());
  printer.end_struct();
  CHECK(text == "X{a=3 bytes, b=null, c=4 bytes, d=1.5, e=null}");
}

TEST_CASE("a field a line, indented") {
  std::string text;
  TextPrinter printer(text, TextPrinter::Form::lines);
  printer.begin_message("X");
  printer.begin_struct();
  printer.field("a", std::vector<std::int32_t>{1, 2});
  printer.begin_array("b");
  for (int i = 0; i < 2; ++i) {
    printer.next_element();
    printer.begin_struct();
    printer.field("c", i);
    printer.end_struct();
  }
  printer.end_array();
  printer.begin_array("none");
  printer.end_array();
  printer.name("d");
  printer.begin_struct();
  printer.end_struct();
  printer.end_struct();
  CHECK(text ==
        "X{\n  a=[1, 2]\n  b=[\n    {\n      c=0\n    }\n    {\n      c=1\n    }\n  ]\n  none=[]\n"
        "  d={}\n}");
}
