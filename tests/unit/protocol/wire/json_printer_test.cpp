#include "protocol/wire/json_printer.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace barnabas;

TEST_CASE("everything is there, secrets as well") {
  std::string text;
  wire::JsonPrinter printer(text);
  printer.begin_message("X");
  printer.begin_struct();
  printer.field("number", std::int16_t{-3});
  printer.field("flag", true);
  printer.field("text", std::string_view("a\"\\\n\xC3\xA4"));
  printer.field("none", std::optional<std::string_view>());
  printer.secret("bytes", BytesView("\x01z"));
  printer.field("records", wire::RecordSegments("ab"));
  printer.field("no_records", wire::RecordSegments());
  printer.field("error", ErrorCode::rebalance_in_progress);
  printer.field("id", Uuid());
  printer.field("list", std::vector<std::int32_t>{1, 2});
  printer.field("half", 0.5);
  printer.field("infinite", std::numeric_limits<double>::infinity());
  printer.begin_array("structs");
  for (int i = 0; i < 2; ++i) {
    printer.next_element();
    printer.begin_struct();
    printer.field("a", i);
    printer.end_struct();
  }
  printer.end_array();
  printer.begin_array("empty");
  printer.end_array();
  printer.end_struct();
  CHECK(text ==
        "{\"number\":-3,\"flag\":true,\"text\":\"a\\\"\\\\\\u000a\xC3\xA4\",\"none\":null,"
        "\"bytes\":\"017a\","
        "\"records\":\"6162\",\"no_records\":null,\"error\":27,\"id\":\"AAAAAAAAAAAAAAAAAAAAAA\","
        "\"list\":[1,2],"
        "\"half\":0.5,\"infinite\":\"inf\",\"structs\":[{\"a\":0},{\"a\":1}],\"empty\":[]}");
}
